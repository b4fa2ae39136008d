"""Training runs of two sides: a verdict in lock-step, and how far the free runs drift apart.

A free run is no oracle: at a high learning rate two right implementations part by any amount. So the verdict is
taken step by step, both sides starting from the same state, against the bound of that one step. The free run is
shown beside it, within an envelope of runs whose parameters were moved by a random last bit at every step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.numbers.compare import Verdict, errors, worst
from gradecheck.numbers.rounding import Ball
from gradecheck.verifying.implementation import Implementation
from lectures.lecture03 import PACK
from lectures.lecture03.exhibits.records import Network, Pairs, Trajectory

Array = NDArray[Any]
Batch = tuple[Array, Array]
Step = Callable[..., tuple[Pairs, Pairs, Any]]

ALPHA: Final = 0.01
PERTURBED_RUNS: Final = 8


# -- one step, composed from a lecture's functions by name


def composed(functions: Mapping[str, Callable[..., Any]]) -> Step:
    """forward -> loss -> backward -> update of any network, from functions under the contract's names."""

    def activate(name: str, Z: Any) -> Any:
        if name == "identity":
            return Z
        return functions[name](Z, ALPHA) if name == "leaky_relu" else functions[name](Z)

    def deactivate(name: str, grad: Any, Z: Any) -> Any:
        if name == "identity":
            return grad
        backward = functions[f"{name}_backward"]
        return backward(grad, Z, ALPHA) if name == "leaky_relu" else backward(grad, Z)

    def step(
        A: Any, T: Any, parameters: Pairs, velocities: Pairs, activations: Any, loss: str, lr: float, mu: float
    ) -> tuple[Pairs, Pairs, Any]:
        outputs, Zs = [A], []
        for (W, b), name in zip(parameters, activations, strict=True):
            Zs.append(functions["linear"](outputs[-1], W, b))
            outputs.append(activate(name, Zs[-1]))
        value = functions[loss](outputs[-1], T)
        grad = functions[f"{loss}_backward"](outputs[-1], T)
        moved, speeds = list(parameters), list(velocities)
        for i in reversed(range(len(parameters))):
            (W, b), (v_W, v_b) = parameters[i], velocities[i]
            dZ = deactivate(activations[i], grad, Zs[i])
            grad, dW, db = functions["linear_backward"](dZ, outputs[i], W)
            W, v_W = functions["momentum_step"](W, v_W, dW, lr, mu)
            b, v_b = functions["momentum_step"](b, v_b, db, lr, mu)
            moved[i], speeds[i] = (W, b), (v_W, v_b)
        return moved, speeds, value

    return step


@dataclass(frozen=True)
class Sides:
    """One step of a run as each party takes it: the implementation, the reference, and the two forms on balls."""

    implementation: Step
    reference: Step
    stable: Step
    literal: Step


def network_sides(implementation: Implementation, device: str = "cpu") -> Sides:
    """Steps of a network: the implementation's own where it has one, as manual/ does; else its functions, composed."""
    from lectures.lecture03.exhibits.steps import ReferenceSteps

    own = implementation.functions.get("step")
    return Sides(
        own if own is not None else composed(implementation.functions),
        ReferenceSteps(device),
        composed({name: c.stable for name, c in PACK.contracts.items() if c.stable is not None}),
        composed({name: c.literal for name, c in PACK.contracts.items() if c.literal is not None}),
    )


def perceptron_sides(implementation: Implementation, steps: int, device: str = "cpu") -> Sides:
    """Stretches of `steps` steps of the contract's `train`, each from v = 0, taken as one step of the run."""
    from gradecheck.verifying.tensors import run_reference

    contract = PACK.contracts["train"]
    assert contract.stable is not None
    assert contract.literal is not None

    def stretch(train: Callable[..., Any]) -> Step:
        def step(
            A: Any, T: Any, parameters: Pairs, velocities: Pairs, activations: Any, loss: str, lr: float, mu: float
        ) -> tuple[Pairs, Pairs, Any]:
            [(W, b)] = parameters
            W, b, losses = train(A, T, W, b, lr, mu, steps)
            return [(W, b)], velocities, losses

        return step

    return Sides(
        stretch(implementation.functions["train"]),
        stretch(lambda *arguments: run_reference(contract, arguments, device)),
        stretch(contract.stable),
        stretch(contract.literal),
    )


def zeros(parameters: Pairs) -> Pairs:
    return [(np.zeros_like(W), np.zeros_like(b)) for W, b in parameters]


# -- lock-step


def _flat(parameters: Pairs, velocities: Pairs, value: Any) -> list[Any]:
    return [*(x for pair in (*parameters, *velocities) for x in pair), value]


def _balls(pairs: Pairs) -> Pairs:
    return [(Ball(W), Ball(b)) for W, b in pairs]


def _radii(form: Step, network: Network, state: tuple[Pairs, Pairs], batch: Batch) -> list[Array]:
    """How far rounding may take the parameters, the velocities and the loss of that step."""
    A, T = (Ball(x) for x in batch)
    settings = (network.activations, network.loss, network.lr, network.mu)
    return [ball.rad for ball in _flat(*form(A, T, _balls(state[0]), _balls(state[1]), *settings))]


def _worst_ratio(ours: Sequence[Any], theirs: Sequence[Any], radii: Sequence[Array]) -> tuple[float, bool]:
    """Worst error / bound, and whether any number was judged at all."""
    most, judged = 0.0, False
    for mine, other, rad in zip(ours, theirs, radii, strict=True):
        if np.shape(mine) != np.shape(other):
            return float("inf"), True
        error = errors(np.asarray(mine), np.asarray(other))
        seen = ~np.isinf(rad)
        with np.errstate(all="ignore"):
            ratio = np.where(seen & (error > 0), error / (2 * rad), 0.0)
        most, judged = max(most, float(np.max(ratio, initial=0.0))), judged or bool(seen.any())
    return most, judged


def lock_step(
    sides: Sides, network: Network, state: tuple[Pairs, Pairs], batch: Batch, ours: Any
) -> tuple[float, Verdict]:
    """The implementation's step from that state held against the reference's step from the same state."""
    theirs = _flat(*sides.reference(*batch, *state, network.activations, network.loss, network.lr, network.mu))
    tight = _radii(sides.stable, network, state, batch)
    ratio, judged = _worst_ratio(_flat(*ours), theirs, tight)
    if not judged:
        return ratio, Verdict.VACUOUS
    if ratio <= 1:
        return ratio, Verdict.AGREES if ratio else Verdict.EXACT
    literal = _radii(sides.literal, network, state, batch)
    loose = [np.where(np.isinf(wide), rad, np.maximum(wide, rad)) for wide, rad in zip(literal, tight, strict=True)]
    less = _worst_ratio(_flat(*ours), theirs, loose)[0] <= 1
    return ratio, Verdict.LESS_ACCURATE if less else Verdict.WRONG


# -- the whole run


def _vector(parameters: Pairs) -> Array:
    return np.concatenate([np.ravel(x) for pair in parameters for x in pair])


def _distances(vector: Array, others: Array) -> Array:
    """For each row of others, the largest difference of a parameter, over the largest parameter."""
    largest = float(np.abs(vector).max())
    if not largest:
        return np.zeros(len(others))
    apart: Array = np.abs(np.subtract(others, vector, dtype=np.float64)).max(axis=1)
    return apart / largest


class _Nudged:
    """Runs of the implementation whose parameters are moved by one last bit, up, down or not at all, at every step.

    All parameters of all runs lie in one array, a row a run: moving them one by one takes longer than the steps do.
    A 0 has no last bit and stays.
    """

    def __init__(self, parameters: Pairs, runs: int, rng: np.random.Generator) -> None:
        self.rng = rng
        self.rows = np.tile(_vector(parameters), (runs, 1))
        self.velocities = [zeros(parameters) for _ in range(runs)]
        self.shapes = [(W.shape, b.shape) for W, b in parameters]

    def step(self, step: Callable[[Pairs, Pairs], tuple[Pairs, Pairs, Any]]) -> None:
        for i, row in enumerate(self.rows):
            parameters, velocities, _ = step(self._pairs(row), self.velocities[i])
            self.rows[i], self.velocities[i] = _vector(parameters), list(velocities)
        # A float's neighbours are those of its bits as an integer, which is several times faster than nextafter.
        bits = self.rows.view(np.int64 if self.rows.itemsize == 8 else np.int32)
        way = self.rng.integers(-1, 2, bits.shape, dtype=np.int8)
        np.add(bits, way, out=bits, where=np.isfinite(self.rows) & (self.rows != 0))

    def _pairs(self, row: Array) -> Pairs:
        pairs, end = [], 0
        for W, b in self.shapes:
            start, middle = end, end + int(np.prod(W))
            end = middle + int(np.prod(b))
            pairs.append((row[start:middle].reshape(W), row[middle:end].reshape(b)))
        return pairs


def follow(
    sides: Sides,
    network: Network,
    parameters: Pairs,
    batches: Sequence[Batch],
    seed: int = 0,
    perturbed_runs: int = PERTURBED_RUNS,
) -> Trajectory:
    """Train both sides from the same parameters on the same batches.

    Raises ValueError where there is no batch: a run of no steps shows nothing.
    """
    if not batches:
        msg = "follow: batches is empty, but should hold one (A, T) a step; a run of no steps shows nothing"
        raise ValueError(msg)
    settings = (network.activations, network.loss, network.lr, network.mu)
    ours = theirs = (parameters, zeros(parameters))
    nudged = _Nudged(parameters, perturbed_runs, np.random.default_rng(seed))
    losses, reference_losses, ratios, verdicts, drift, differences = [], [], [], [], [], []
    envelope = [0.0]
    for A, T in batches:
        next_ours = sides.implementation(A, T, *ours, *settings)
        ratio, verdict = lock_step(sides, network, ours, (A, T), next_ours)
        free = sides.reference(A, T, *theirs, *settings)
        ours, theirs = (list(next_ours[0]), list(next_ours[1])), (free[0], free[1])
        nudged.step(partial(_step, sides.implementation, (A, T), settings))
        losses.append(float(np.ravel(next_ours[2])[0]))
        reference_losses.append(float(np.ravel(free[2])[0]))
        ratios.append(ratio)
        verdicts.append(verdict)
        vector = _vector(ours[0])
        drift.append(float(_distances(vector, _vector(theirs[0])[None])[0]))
        envelope.append(max(envelope[-1], float(_distances(vector, nudged.rows).max(initial=0.0))))
        differences.append(tuple(float(np.max(np.abs(a - b), initial=0.0)) for a, b in _both(ours[0], theirs[0])))
    return Trajectory(
        network=network,
        dtype=str(parameters[0][0].dtype),
        seed=seed,
        losses=tuple(losses),
        reference_losses=tuple(reference_losses),
        ratios=tuple(ratios),
        verdict=worst(verdicts),
        drift=tuple(drift),
        envelope=tuple(envelope[1:]),
        final=ours[0],
        reference_final=theirs[0],
        differences=tuple(zip(*differences, strict=True)),
    )


def _step(step: Step, batch: Batch, settings: Any, parameters: Pairs, velocities: Pairs) -> tuple[Pairs, Pairs, Any]:
    return step(*batch, parameters, velocities, *settings)


def _both(ours: Pairs, theirs: Pairs) -> Iterator[tuple[Array, Array]]:
    for mine, other in zip(ours, theirs, strict=True):
        yield from zip(mine, other, strict=True)
