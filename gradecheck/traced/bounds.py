"""How far rounding may take a twin: bounds for its results, and for its gradients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gradecheck.traced import errors
from gradecheck.traced.ball import ACCUMULATES, UNIT, TracedBall, mid
from gradecheck.traced.calls import Call, Forward, Gradient, on_balls, on_tensors, refuse_random
from gradecheck.traced.tracing import HALF, Listing

Array = NDArray[Any]
Radii = NDArray[np.float64]
Twin = Callable[..., Any]

FEW: Final = 4
"""The ulp by which inputs move in the wider bound, and the roundings of a row's largest number in it."""


@dataclass(frozen=True)
class Bound:
    """What right answers to one call look like: torch's own values, and how far two right answers may be apart.

    names: "result", "result[1]", "gradient of x".    values: torch's own on the CPU. Of a half precision they are what
    torch finds in float32 for the same inputs, rounded once: some of its kernels add up in bfloat16.
    tight: inf where rounding alone decides.    precision: "float32" and the like.
    """

    names: tuple[str, ...]
    values: tuple[Array, ...]
    tight: tuple[Radii, ...]
    precision: str
    run: Forward | Gradient

    @cached_property
    def loose(self) -> tuple[Radii, ...]:
        """The wider bound, of answers that are right but less accurate: those of inputs that moved by a few ulp, and a
        few n u of the largest number in the row.
        """
        dtype = self.run.call.dtype
        units, moved = (UNIT[dtype], UNIT[ACCUMULATES[dtype]]), on_balls(self.run, FEW)
        return tuple(
            np.maximum(tight, _apart(ball)) + FEW * _of_largest_in_row(value, *units)
            for tight, ball, value in zip(self.tight, moved, self.values, strict=True)
        )

    @cached_property
    def truth(self) -> tuple[Array, ...]:
        """The same trace in float64; the values themselves where they are float64 already."""
        if self.run.call.dtype == torch.float64:
            return self.values
        return tuple(x.numpy() for x in on_tensors(self.run, torch.float64))

    @property
    def model(self) -> str:
        """How a right answer may be rounded."""
        half = self.run.call.dtype in HALF
        return "rounded at every operator, or once at the end" if half else "rounded at every operator"


def bound(twin: Twin, *inputs: Any, **keywords: Any) -> Bound:
    """The bound for what a twin returns: its floating-point tensors in order, whatever holds them.

    inputs: arrays (NumPy, torch, JAX), or anything that the twin takes. twin: a function of torch or an nn.Module.
    Raises errors.Unbounded where no bound can be had.
    """
    __tracebackhide__ = True
    return _bound(Forward(Call(twin, inputs, keywords)))


def gradient_bound(twin: Twin, *inputs: Any, upstream: Any = None, **keywords: Any) -> Bound:
    """The bound for the gradients of sum(upstream * results) by the floating-point inputs and a module's parameters.

    upstream: an array of the result's shape, or one for each result; a single number needs none.
    """
    __tracebackhide__ = True
    return _bound(Gradient(Call(twin, inputs, keywords), upstream))


def run_by(twin: Twin, *inputs: Any, **keywords: Any) -> tuple[str, ...]:
    """The operators that compute what the twin returns, by their names, each once."""
    with Listing() as listing:
        on_tensors(Forward(Call(twin, inputs, keywords)))
    return tuple(listing.names)


def _bound(run: Forward | Gradient) -> Bound:
    """Raises errors.Unbounded from here: its sentence says where in the twin, and our own frames say nothing."""
    __tracebackhide__ = True
    try:
        return _found(run)
    except errors.Unbounded as error:
        raise error.with_traceback(None) from None


def _found(run: Forward | Gradient) -> Bound:
    dtype = run.call.dtype
    values = [x.to(dtype) for x in refuse_random(run, torch.float32)] if dtype in HALF else refuse_random(run)
    balls = on_balls(run)
    arrays, tight = tuple(map(_array, values)), tuple(map(_apart, balls))
    for array, ball, rad in zip(arrays, balls, tight, strict=True):
        disagree = np.isfinite(array) != np.isfinite(_array(mid(ball)))  # two right evaluations
        if disagree.any():
            rad[disagree] = np.inf
    return Bound(run.names(len(values)), arrays, tight, str(dtype).removeprefix("torch."), run)


def _array(x: Tensor) -> Array:
    return (x.float() if x.dtype in HALF else x).numpy()


def _apart(x: Tensor) -> Radii:
    """How far two right answers may be apart: twice the radius, in float64; numbers that no ball reached are exact."""
    if isinstance(x, TracedBall):
        return (2 * x.rad.to(torch.float64)).numpy()
    return np.zeros(tuple(x.shape))


def _of_largest_in_row(value: Array, unit: float, adding: float) -> Radii:
    """A rounding, and n in the precision that sums are added up in, of the largest finite number in a row of n."""
    if not value.size:
        return np.zeros(value.shape)
    size = np.abs(np.where(np.isfinite(value), value, 0.0)).astype(np.float64)
    n = value.shape[-1] if value.ndim else 1
    return (unit + n * adding) * (size.max(axis=-1, keepdims=True) if value.ndim else size)
