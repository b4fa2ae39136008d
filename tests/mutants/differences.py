"""torch.autograd.gradcheck's question: does a gradient fit the central differences of its own forward?

It knows no twin. So a function is asked together with the lecture's right partner of it, which is in the peer's
favour: a mistaken forward is noticed where the right gradient does not fit it. What has no gradient always passes.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import manual
from tests.lecture import CONTRACTS

Array = NDArray[Any]
EPS = 1e-6  # gradcheck's own


def has_gradient(function: str) -> bool:
    return function.removesuffix("_backward") + "_backward" in CONTRACTS


def pair(function: str, run: Callable[..., Any]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """A forward and its backward, of which the one named is `run`."""
    subject = function.removesuffix("_backward")
    both = (subject, f"{subject}_backward")
    forward, backward = (run if name == function else getattr(manual, name) for name in both)
    return forward, backward


def gradients(
    function: str, run: Callable[..., Any], given: Sequence[Any], upstream: Array
) -> list[tuple[Array, Array]]:
    """(as the backward says, by differences) for each argument of the forward that has a gradient.

    given: the forward's arguments. upstream: for an array of results; a loss has none.
    """
    forward, backward = pair(function, run)
    contract = CONTRACTS[function.removesuffix("_backward") + "_backward"]
    named = {a.name: x for a, x in zip(CONTRACTS[contract.subject].arguments, given, strict=True)}
    returned = backward(*(upstream if a.kind.name == "upstream" else _copy(named[a.name]) for a in contract.arguments))
    analytic = returned if isinstance(returned, tuple | list) else (returned,)
    if len(analytic) != len(contract.results):
        msg = f"{len(analytic)} gradients, but should be {len(contract.results)}"
        raise ValueError(msg)

    def weighed(*arguments: Any) -> float:
        return float((np.asarray(forward(*arguments)) * upstream).sum())

    return [(np.asarray(g), _differences(weighed, given, i)) for i, g in enumerate(analytic)]


def _differences(f: Callable[..., float], given: Sequence[Any], i: int) -> Array:
    x = given[i]
    slopes = np.zeros(x.shape)
    for at in np.ndindex(x.shape):
        ends = []
        for step in (EPS, -EPS):
            arguments = [_copy(y) for y in given]
            arguments[i][at] += step
            ends.append(f(*arguments))
        slopes[at] = (ends[0] - ends[1]) / (2 * EPS)
    return slopes


def _copy(x: Any) -> Any:
    return x.copy() if isinstance(x, np.ndarray) else x
