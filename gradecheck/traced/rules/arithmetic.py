"""+ - * / and their kin: the first-order terms, and one rounding."""

from __future__ import annotations

from math import inf
from typing import Any

import torch

from gradecheck.numbers import radii
from gradecheck.traced.ball import Terms, TracedBall, mid, parts, radius_dtype
from gradecheck.traced.rounding import ball, finite, gamma, rounded, size_of
from gradecheck.traced.table import rule

aten = torch.ops.aten
prims = torch.ops.prims


def both(rad_a: Any, rad_b: Any) -> Any:
    """The sum of two radii."""
    if rad_a is None:
        return rad_b
    return rad_a if rad_b is None else rad_a + rad_b


@rule(aten.add, prims.add)
def add(a: Any, b: Any, alpha: Any = 1) -> Any:
    return _summed(a, b if alpha == 1 else mul(b, alpha), 1)


@rule(aten.sub, prims.sub)
def sub(a: Any, b: Any, alpha: Any = 1) -> Any:
    return _summed(a, b if alpha == 1 else mul(b, alpha), -1)


@rule(aten.rsub)
def rsub(a: Any, b: Any, alpha: Any = 1) -> Any:
    return sub(b, a, alpha)


def _terms(x: Any) -> Terms | None:
    return x.summed() if isinstance(x, TracedBall) and x.terms is not None else None


def _summed(a: Any, b: Any, sign: int) -> Any:
    """a ± b, rounded once. Beside a sum either is one more term of it, in any order.

    What n roundings added to its radius, gamma_n times the sizes of its terms, becomes gamma_(n+1) of these and the
    new one's.
    """
    value = torch.add(mid(a), mid(b), alpha=sign)
    if not value.is_floating_point():
        return whole(value, a, b)
    moved = both(parts(a, value)[1], parts(b, value)[1])
    of_a, of_b = _terms(a), _terms(b)
    if of_a is None and of_b is None:
        return rounded(value, moved, lambda: finite(a, b), underflow=False)
    if of_a is None:
        of_a = Terms(_reach(a, value), 0)
    if of_b is None:
        of_b = Terms(_reach(b, value), 0)
    roundings = of_a.roundings + of_b.roundings + 1
    own = gamma(roundings, value.dtype)
    more = of_a.sizes * (own - gamma(of_a.roundings, value.dtype))
    more = more + of_b.sizes * (own - gamma(of_b.roundings, value.dtype))
    sizes = of_a.sizes + of_b.sizes
    return rounded(
        value,
        more if moved is None else more + moved,
        lambda: finite(a, b),
        0.0 if _same(value) else 0.5,
        underflow=False,
        terms=Terms(sizes, roundings),
    )


def _same(value: torch.Tensor) -> bool:
    return value.dtype in (torch.float32, torch.float64)


def _reach(x: Any, result: torch.Tensor) -> Any:
    value, rad = parts(x, result)
    size = size_of(value)
    return size if rad is None else size + rad


def whole(value: torch.Tensor, *operands: Any) -> Any:
    """Whole numbers are exact; or anybody's guess, where an operand is unsure."""
    unsure = [x.rad > 0 for x in operands if isinstance(x, TracedBall) and not x.exact]
    if not unsure:
        return value
    any_unsure = unsure[0] if len(unsure) == 1 else torch.logical_or(*unsure)
    return ball(value, torch.where(any_unsure, inf, 0.0).expand(value.shape))


@rule(aten.mul, prims.mul)
def mul(a: Any, b: Any) -> Any:
    """A sum times a number is the sum of its terms times that number: there the rounding is of the terms' sizes."""
    value = torch.mul(mid(a), mid(b)) if isinstance(a, torch.Tensor) or isinstance(b, torch.Tensor) else a * b
    if not isinstance(value, torch.Tensor):
        return value
    if not value.is_floating_point():
        return whole(value, a, b)
    (x, rad_a), (y, rad_b) = parts(a, value), parts(b, value)
    moved = None
    if rad_a is not None or rad_b is not None:
        moved = radii.product(
            None if rad_b is None else size_of(x), rad_a, None if rad_a is None else size_of(y), rad_b
        )
    if isinstance(b, float | int) and _terms(a) is not None:
        return _scaled(a, value, moved, abs(b), lambda: finite(a, b))
    return rounded(value, moved, lambda: finite(a, b))


def _scaled(a: TracedBall, value: torch.Tensor, moved: Any, factor: float, tame: Any) -> TracedBall:
    """A sum times a number, before or after it is added up."""
    terms = a.summed()
    assert terms is not None
    sizes, roundings = terms.sizes * factor, terms.roundings + 1
    more = sizes * (gamma(roundings, value.dtype) - gamma(roundings - 1, value.dtype))
    once = 0.0 if _same(value) else 0.5
    return rounded(value, more if moved is None else more + moved, tame, once, terms=Terms(sizes, roundings))


@rule(aten.div.Tensor, aten.div.Scalar, aten.true_divide, prims.div)
def div(a: Any, b: Any) -> Any:
    value = torch.div(mid(a), mid(b))
    (_, rad_a), (y, rad_b) = parts(a, value), parts(b, value)
    moved = None
    if rad_a is not None or rad_b is not None:
        size_b = torch.as_tensor(size_of(y), dtype=radius_dtype(value))
        moved = radii.quotient(torch, None if rad_b is None else size_of(value), rad_a, size_b, rad_b)
    if isinstance(b, float | int) and b and _terms(a) is not None:
        return _scaled(a, value, moved, abs(1 / b), lambda: finite(a, b))
    return rounded(value, moved, lambda: finite(a, b) & ~torch.as_tensor(pole(b)))


def pole(b: Any) -> Any:
    """Where a divisor is exactly 0."""
    if isinstance(b, TracedBall):
        return (b.mid == 0) & (b.rad == 0)
    return b == 0


@rule(aten.reciprocal)
def reciprocal(a: Any) -> Any:
    return div(1.0, a)


@rule(aten.neg, prims.neg)
def neg(a: TracedBall) -> Any:
    return ball(-a.mid, None if a.exact else a.rad, a.terms)


@rule(aten.square)
def square(a: Any) -> Any:
    return mul(a, a)


@rule(aten.addcmul)
def addcmul(a: Any, x: Any, y: Any, value: Any = 1) -> Any:
    product = mul(x, y)
    return add(a, product if value == 1 else mul(product, value))


@rule(aten.addcdiv)
def addcdiv(a: Any, x: Any, y: Any, value: Any = 1) -> Any:
    quotient = div(x, y)
    return add(a, quotient if value == 1 else mul(quotient, value))


@rule(aten.lerp)
def lerp(a: Any, b: Any, weight: Any) -> Any:
    """a + weight (b - a), or, as for optimizers, weight b + (1 - weight) a."""
    return add(mul(a, rsub(weight, 1.0) if isinstance(weight, torch.Tensor) else 1.0 - weight), mul(b, weight))
