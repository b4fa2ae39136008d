"""Balls: arrays that carry their own rounding error. Every tolerance of the project comes from here.

A ball is an array of midpoints with an array of radii. Running a formula on balls gives its value and, per
element, a bound on how far *any* order of evaluation in the same precision may stray from the true value:
two right implementations differ by at most the sum of their two radii.

The mathematics of the radii stands in radii.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import NDArray

from gradecheck.numbers import radii
from gradecheck.numbers.radii import LIBRARY_ULP, gamma

Radii = NDArray[np.float64]
Operand = Any  # a Ball, an ndarray taken as exact, or a Python number

UNIT: Final = {np.dtype(t): float(np.finfo(t).eps) / 2 for t in (np.float32, np.float64)}
"""Unit roundoff u of each precision: 2^-24 and 2^-53."""

TINY: Final = {np.dtype(t): float(np.finfo(t).tiny) for t in (np.float32, np.float64)}
"""Smallest normal number: an underflow, gradual or flushed to zero, is off by no more."""

LARGEST: Final = {np.dtype(t): float(np.finfo(t).max) for t in (np.float32, np.float64)}
"""Largest number: what is beyond it overflows."""


class Ball(NDArrayOperatorsMixin):
    """Midpoints of one precision with float64 radii: every right evaluation lies in mid ± rad.

    An infinite radius means that rounding alone decides (an overflow, a divisor that may be 0): such an element
    is not judged. An infinity or NaN that comes from the *input* is exact: its radius is finite.
    """

    __slots__ = ("mid", "rad")

    def __init__(self, mid: Operand, rad: Operand = 0.0) -> None:
        self.mid: NDArray[Any] = np.asarray(mid)
        rad = np.asarray(rad, np.float64)
        self.rad: Radii = rad if rad.shape == self.mid.shape else np.full(self.mid.shape, rad)

    def __repr__(self) -> str:
        return f"Ball({self.mid!r}, rad={self.rad!r})"

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.mid.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        return self.mid.shape

    @property
    def ndim(self) -> int:
        return self.mid.ndim

    @property
    def size(self) -> int:
        return self.mid.size

    @property
    def T(self) -> Ball:
        return Ball(self.mid.T, self.rad.T)

    def __len__(self) -> int:
        return len(self.mid)

    def __getitem__(self, key: Any) -> Ball:
        return Ball(self.mid[key], self.rad[key])

    def sum(self, axis: int | None = None, keepdims: bool = False) -> Ball:
        return _sum(self, axis, keepdims)

    def max(self, axis: int | None = None, keepdims: bool = False) -> Ball:
        """The largest element. It moves no further than the element that moves furthest."""
        mid = self.mid.max(axis=axis, keepdims=keepdims, initial=-np.inf)
        return Ball(mid, self.rad.max(axis=axis, keepdims=keepdims, initial=0.0))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Operand, **kwargs: Any) -> Any:
        rule = _UFUNCS.get(ufunc)
        if rule is None or method != "__call__" or kwargs:
            return NotImplemented
        dtype = next(x.dtype for x in inputs if isinstance(x, Ball))
        with np.errstate(all="ignore"):
            return rule(*[lift(x, dtype) for x in inputs])

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        rule = _FUNCTIONS.get(func)
        if rule is None:
            return NotImplemented
        with np.errstate(all="ignore"):
            return rule(*args, **kwargs)


def lift(x: Operand, dtype: np.dtype[Any]) -> Ball:
    """x as a ball of that precision: a Python number is rounded to it, and the radius says by how much."""
    if isinstance(x, Ball):
        return x
    if isinstance(x, np.ndarray):
        return Ball(x if x.dtype.kind == "f" else x.astype(dtype))  # class labels and masks are small: exact
    mid = dtype.type(x)
    return Ball(mid, radii.scalar(float(x), float(mid), UNIT[dtype], TINY[dtype]))


# -- rounding of one result


def _rounded(
    mid: NDArray[Any], moved: Radii, tame: Callable[[], Any], ulps: float = 0.5, underflow: bool = True
) -> Ball:
    """The ball of a result whose operands moved it by `moved` and that was then rounded once.

    tame: where an infinite or NaN midpoint comes from rounding alone (finite operands, no pole), and is not judged. It
    is called only where there is such a midpoint. `moved` may be anything there: no rule has to mind 0 times infinity.
    """
    u = UNIT[mid.dtype]
    size = np.abs(mid)
    rad = moved + radii.rounding(u, ulps) * (size + moved)
    if underflow:
        rad = rad + TINY[mid.dtype]
    rad = rad * radii.slack(u)
    reach = size + rad
    if np.maximum.reduce(reach, axis=None, initial=0.0) <= LARGEST[mid.dtype]:  # false beside a NaN too
        return Ball(mid, rad)
    # So near the end of the range one evaluation overflows and another does not.
    rad = np.where((reach > LARGEST[mid.dtype]) | np.isnan(rad), np.inf, rad)
    return Ball(mid, np.where(np.isfinite(mid), rad, np.where(tame(), np.inf, 0.0)))


def _finite(*operands: Ball) -> Any:
    """Where every operand is finite with a finite radius, or has an infinite radius."""
    tame: Any = True
    for x in operands:
        tame = tame & (np.isfinite(x.mid) | np.isinf(x.rad))
    return tame


# -- elementwise rules


def _add(a: Ball, b: Ball) -> Ball:
    return _rounded(a.mid + b.mid, a.rad + b.rad, lambda: _finite(a, b), underflow=False)


def _subtract(a: Ball, b: Ball) -> Ball:
    return _rounded(a.mid - b.mid, a.rad + b.rad, lambda: _finite(a, b), underflow=False)


def _multiply(a: Ball, b: Ball) -> Ball:
    moved = radii.product(np.abs(a.mid), a.rad, np.abs(b.mid), b.rad)
    return _rounded(a.mid * b.mid, moved, lambda: _finite(a, b))


def _divide(a: Ball, b: Ball) -> Ball:
    mid = a.mid / b.mid
    moved = radii.quotient(np, np.abs(mid), a.rad, np.abs(b.mid), b.rad)
    return _rounded(mid, moved, lambda: _finite(a, b) & ~((b.mid == 0) & (b.rad == 0)))


def _negative(a: Ball) -> Ball:
    return Ball(-a.mid, a.rad)


def _absolute(a: Ball) -> Ball:
    return Ball(np.abs(a.mid), a.rad)


def _square(a: Ball) -> Ball:
    return _multiply(a, a)


def _library(f: np.ufunc, moved: Callable[[NDArray[Any], Radii, NDArray[Any]], Radii]) -> Callable[[Ball], Ball]:
    """The rule of a library function f. moved(m, r, f(m)): how far f moves when its argument m moves by r."""

    def rule(a: Ball) -> Ball:
        mid = f(a.mid)
        shift = moved(a.mid.astype(np.float64), a.rad, np.abs(mid))
        return _rounded(mid, shift, lambda: _finite(a) & ~((a.mid == 0) & (a.rad == 0)), ulps=LIBRARY_ULP)

    return rule


_exp = _library(np.exp, lambda m, r, f: radii.exp(np, m, r, f, np.finfo(f.dtype).tiny))
_log = _library(np.log, lambda m, r, f: radii.log(np, m, r))
_sqrt = _library(np.sqrt, lambda m, r, f: radii.sqrt(np, m, r))
_tanh = _library(np.tanh, lambda m, r, f: radii.tanh(np, m, r))
_sinh = _library(np.sinh, lambda m, r, f: radii.sinh(np, m, r))
_cosh = _library(np.cosh, lambda m, r, f: radii.cosh(np, m, r))


def _maximum(a: Ball, b: Ball) -> Ball:
    return Ball(np.maximum(a.mid, b.mid), radii.larger(np, a.mid, a.rad, b.mid, b.rad))


def _comparison(compare: np.ufunc) -> Callable[[Ball, Ball], Ball]:
    """0 or 1; with the radius 1 where the two balls overlap, as either branch of a kink may be taken there."""

    def rule(a: Ball, b: Ball) -> Ball:
        unsure = radii.unsure(np, a.mid, b.mid, a.rad + b.rad)
        return Ball(compare(a.mid, b.mid).astype(a.dtype), unsure.astype(np.float64))

    return rule


# -- reductions and choices


def _sum(a: Ball, axis: int | None = None, keepdims: bool = False) -> Ball:
    """Any order of summation of n terms is within gamma_{n-1} of the sum of their sizes."""
    with np.errstate(all="ignore"):
        mid = np.asarray(a.mid.sum(axis=axis, keepdims=keepdims))
        terms = a.size // max(mid.size, 1)
        sizes = (np.abs(a.mid) + a.rad).sum(axis=axis, keepdims=keepdims)
        moved = a.rad.sum(axis=axis, keepdims=keepdims) + gamma(max(terms - 1, 0), UNIT[a.dtype]) * sizes
        # A partial sum may overflow where the whole does not.
        moved = np.where(sizes > LARGEST[a.dtype], np.inf, moved)
        return _rounded(mid, moved, lambda: np.all(_finite(a), axis=axis, keepdims=keepdims), ulps=0.0, underflow=False)


def _matmul(a: Ball, b: Ball) -> Ball:
    """Any order of an inner product of n terms, fused or not, is within gamma_n |a| |b|."""
    n = a.shape[-1]
    size_a, size_b = np.abs(a.mid), np.abs(b.mid)
    reach_a, reach_b = size_a + a.rad, size_b + b.rad
    sizes = reach_a @ reach_b
    moved = gamma(n, UNIT[a.dtype]) * sizes + n * TINY[a.dtype]
    if a.rad.any() or b.rad.any():
        moved = moved + size_a @ b.rad + a.rad @ reach_b
    moved = np.where(sizes > LARGEST[a.dtype], np.inf, moved)

    def tame() -> Any:
        return _finite(a).all(axis=-1, keepdims=True) & _finite(b).all(axis=-2, keepdims=True)

    return _rounded(a.mid @ b.mid, moved, tame, ulps=0.0, underflow=False)


def _where(condition: Operand, a: Operand, b: Operand) -> Ball:
    """The branch that is taken; a ball wide enough for both where the condition is uncertain."""
    dtype = next(x.dtype for x in (a, b, condition) if isinstance(x, Ball))
    a, b = lift(a, dtype), lift(b, dtype)
    if not isinstance(condition, Ball):
        return Ball(np.where(condition, a.mid, b.mid), np.where(condition, a.rad, b.rad))
    yes = condition.mid != 0
    mid, rad = np.where(yes, a.mid, b.mid), np.where(yes, a.rad, b.rad)
    other = (np.abs(a.mid - b.mid) + np.where(yes, b.rad, a.rad)) * (1 + 4 * UNIT[mid.dtype])
    rad = np.where(condition.rad > 0, np.maximum(rad, other), rad)
    return Ball(mid, np.where(np.isnan(rad), np.inf, rad))


def _stack(balls: list[Ball]) -> Ball:
    return Ball(np.stack([x.mid for x in balls]), np.stack([x.rad for x in balls]))


def _concatenate(parts: list[Operand], axis: int = 0) -> Ball:
    """Balls, and arrays as exact ones, joined along an axis."""
    dtype = next(x.dtype for x in parts if isinstance(x, Ball))
    balls = [lift(x, dtype) for x in parts]
    return Ball(np.concatenate([x.mid for x in balls], axis), np.concatenate([x.rad for x in balls], axis))


_UFUNCS: Final[dict[np.ufunc, Callable[..., Ball]]] = {
    np.add: _add,
    np.subtract: _subtract,
    np.multiply: _multiply,
    np.divide: _divide,
    np.negative: _negative,
    np.absolute: _absolute,
    np.square: _square,
    np.exp: _exp,
    np.log: _log,
    np.sqrt: _sqrt,
    np.tanh: _tanh,
    np.sinh: _sinh,
    np.cosh: _cosh,
    np.maximum: _maximum,
    np.greater: _comparison(np.greater),
    np.greater_equal: _comparison(np.greater_equal),
    np.less: _comparison(np.less),
    np.less_equal: _comparison(np.less_equal),
    np.equal: _comparison(np.equal),
    np.matmul: _matmul,
}

_FUNCTIONS: Final[dict[Any, Callable[..., Ball]]] = {
    np.sum: _sum,
    np.where: _where,
    np.stack: _stack,
    np.concatenate: _concatenate,
}
