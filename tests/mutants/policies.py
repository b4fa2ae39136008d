"""The same trial under the policies of peers: how they draw inputs, and how far apart they let two results be.

Numbers read in their sources: torch.testing.assert_close (defaults), numpy-ml's tests, tinygrad's test_ops,
array-api-tests, and torch.autograd.gradcheck, which knows no twin (differences.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from gradecheck.packs.contract import Contract
from gradecheck.verifying.tensors import run_reference
from tests.lecture import CONTRACTS
from tests.mutants.differences import gradients, has_gradient
from tests.mutants.matrix import Subject, mistakes, variants

Array = NDArray[Any]
Draw = Callable[[Generator, tuple[int, ...]], Array]


@dataclass(frozen=True)
class Policy:
    """name: whose.  draw: real numbers as they draw them.  relative, absolute: how much they forgive, forward and
    backward.  ones: whether they pass ones back through a function.  dtype: what they compute in.
    tests: which of the lecture's functions they have a test for.  twin: whether they know what is right, or hold
    a gradient against the differences of its own forward.
    """

    name: str
    draw: Draw
    forward: tuple[float, float]
    backward: tuple[float, float]
    ones: bool
    dtype: str
    tests: Callable[[Contract], bool]
    trials: int = 30
    twin: bool = True


def _normal(rng: Generator, shape: tuple[int, ...]) -> Array:
    return rng.standard_normal(shape)


def _unit(rng: Generator, shape: tuple[int, ...]) -> Array:
    return rng.random(shape)


def _two(rng: Generator, shape: tuple[int, ...]) -> Array:
    return rng.uniform(-2, 2, shape)


def _wide(rng: Generator, shape: tuple[int, ...]) -> Array:
    """Hypothesis floats whose magnitude is at most the square root of the largest, as array-api-tests bounds them."""
    return np.where(rng.random(shape) < 0.3, rng.integers(-3, 4, shape), rng.standard_normal(shape) * 10)


def _step(contract: Contract) -> bool:
    return contract.chapter in ("sgd", "network")


POLICIES = (
    Policy("torch.testing.assert_close, randn", _normal, (1e-7, 1e-7), (1e-7, 1e-7), False, "float64", lambda c: True),
    Policy(
        "tinygrad test_ops",
        _two,
        (1e-3, 1e-6),
        (1e-3, 1e-4),
        True,
        "float32",
        lambda c: c.subject not in ("mse", "train"),
    ),
    Policy("numpy-ml tests", _unit, (0.0, 1.5e-5), (0.0, 1.5e-3), True, "float64", lambda c: not _step(c)),
    Policy(
        "array-api-tests",
        _wide,
        (0.25, 1.0),
        (0.25, 1.0),
        True,
        "float64",
        lambda c: c.direction == "forward" and c.chapter == "activations",
    ),
    Policy(
        "gradcheck self-consistency",
        _normal,
        (1e-3, 1e-5),
        (1e-3, 1e-5),
        False,
        "float64",
        lambda c: has_gradient(c.name),
        twin=False,
    ),
)


def arguments(contract: Contract, policy: Policy, rng: Generator) -> tuple[Any, ...]:
    """Arguments as the policy would draw them: small shapes, rates of the lecture."""
    sizes = {axis: (int(rng.integers(2, 6)),) for axis in ("n", "n?", "in", "out", "k")} | {"...": (4, 3)}
    drawn: list[Any] = []
    for argument in contract.arguments:
        shape: tuple[int, ...] = sum((sizes[axis] for axis in argument.axes), ())
        if argument.kind.key == "targets":
            x: Any = np.eye(shape[-1])[rng.integers(0, shape[-1], shape[0])]
        elif argument.kind.name == "probabilities":
            e = np.exp(policy.draw(rng, shape))
            x = e / e.sum(axis=-1, keepdims=True)
        elif argument.kind.name == "upstream":
            x = np.ones(shape) if policy.ones else policy.draw(rng, shape)
        elif argument.is_array:
            x = policy.draw(rng, shape)
        else:
            x = {"alpha": 0.01, "lr": 0.01, "mu": 0.9, "steps": 3}[argument.kind.name]
        drawn.append(x.astype(policy.dtype) if isinstance(x, np.ndarray) else x)
    return tuple(drawn)


def accepts(policy: Policy, subject: Subject, seed: int = 0) -> bool:
    """Whether the policy's own test would pass this implementation."""
    contract = CONTRACTS[subject.function]
    if not policy.tests(contract):
        return True
    rng = np.random.default_rng(seed)
    relative, absolute = policy.forward if contract.direction == "forward" else policy.backward
    pairs_of = _beside_the_twin if policy.twin else _beside_differences
    for _ in range(policy.trials):
        try:
            with np.errstate(all="ignore"):
                pairs = pairs_of(policy, subject, contract, rng)
            if not all(_close(np.asarray(a), e, relative, absolute) for a, e in pairs):
                return False
        except Exception:  # whatever it raises, its test fails
            return False
    return True


Pairs = list[tuple[Any, Array]]


def _beside_the_twin(policy: Policy, subject: Subject, contract: Contract, rng: Generator) -> Pairs:
    given = arguments(contract, policy, rng)
    expected = run_reference(contract, given)
    returned = subject.run(*(np.array(x) if isinstance(x, np.ndarray) else x for x in given))
    results: Sequence[Any] = returned if isinstance(returned, tuple | list) else (returned,)
    return list(zip(results, expected, strict=True))


def _beside_differences(policy: Policy, subject: Subject, contract: Contract, rng: Generator) -> Pairs:
    given = arguments(CONTRACTS[contract.subject], policy, rng)
    shape = np.shape(run_reference(CONTRACTS[contract.subject], given)[0])
    upstream = policy.draw(rng, shape) if shape else np.ones(())  # a loss is the end
    return gradients(contract.name, subject.run, given, upstream)


def _close(actual: Array, expected: Array, relative: float, absolute: float) -> bool:
    if actual.shape != expected.shape:
        return False
    with np.errstate(all="ignore"):
        off = np.abs(actual.astype(np.float64) - expected)
        allowed = absolute + relative * np.abs(expected)
        return bool(((off <= allowed) | (np.isnan(actual) & np.isnan(expected)) | (actual == expected)).all())


def try_policies(function: str) -> list[tuple[str, str, str, bool]]:
    """(policy, "mistake" or "variant", id, accepted) for every policy and every implementation of one function."""
    return [
        (policy.name, kind, subject.id, accepts(policy, subject))
        for policy in POLICIES
        for kind, subjects in (("mistake", mistakes(function)), ("variant", variants(function)))
        for subject in subjects
    ]
