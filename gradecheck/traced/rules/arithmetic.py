"""+ - * / and their kin: the first-order terms, and one rounding."""

from __future__ import annotations

from functools import partial
from math import frexp, inf
from typing import Any

import torch
from torch import Tensor

from gradecheck.traced.ball import LARGEST, TINY, Terms, TracedBall, mid, parts, radius_dtype
from gradecheck.traced.rounding import (
    FLOOR,
    ONCE,
    added_up,
    ball,
    finite,
    gamma,
    held,
    room,
    rounded,
    settled,
    size_of,
)
from gradecheck.traced.table import rule

aten = torch.ops.aten
prims = torch.ops.prims


def both(rad_a: Any, rad_b: Any) -> Any:
    """The sum of two radii."""
    if rad_a is None:
        return rad_b
    return rad_a if rad_b is None else rad_a + rad_b


def top_of(x: Any) -> float | None:
    """What |x| does not exceed, if that costs nothing to know."""
    if type(x) is TracedBall:
        return x.top()
    return None if isinstance(x, Tensor) else abs(x) * (1 + 1e-6)


def as_real(x: Any, result: Tensor) -> Any:
    """Truth values and whole numbers as the numbers that they are computed with: a truth value is off by at most 1."""
    if type(x) is not TracedBall or x.mid.is_floating_point():
        return x
    unsure = 1.0 if x.mid.dtype == torch.bool else inf
    return ball(x.mid.to(result.dtype), None if x.exact else torch.where(x.rad > 0, unsure, 0.0))


def terms_of(x: Any) -> Terms | None:
    return x.summed() if type(x) is TracedBall and x.terms is not None else None


@rule(aten.add, prims.add)
def add(a: Any, b: Any, alpha: Any = 1) -> Any:
    return _sum_of_two(a, b if alpha == 1 else mul(b, alpha), 1)


@rule(aten.sub, prims.sub)
def sub(a: Any, b: Any, alpha: Any = 1) -> Any:
    return _sum_of_two(a, b if alpha == 1 else mul(b, alpha), -1)


@rule(aten.rsub)
def rsub(a: Any, b: Any, alpha: Any = 1) -> Any:
    return sub(b, a, alpha)


def _sum_of_two(a: Any, b: Any, sign: int) -> Any:
    """a ± b, rounded once."""
    x, y = mid(a), mid(b)
    value = x + y if sign == 1 else x - y
    if not value.is_floating_point():
        return whole(value, a, b)
    a, b = as_real(a, value), as_real(b, value)
    moved = (parts(a, value)[1], parts(b, value)[1])
    top_a, top_b = top_of(a), top_of(b)
    top = None if top_a is None or top_b is None else top_a + top_b
    of_a, of_b = terms_of(a), terms_of(b)
    if of_a is not None or of_b is not None:
        return _one_more(value, moved, of_a or _one(a, value), of_b or _one(b, value), lambda: finite(a, b), top)
    more = partial(_two, a, b, value) if sign > 0 and torch._C._current_autograd_node() is not None else None
    return rounded(value, moved, lambda: finite(a, b), top=top, underflow=False, terms=more)


def _two(a: Any, b: Any, value: Tensor) -> Terms:
    """Of gradients that autograd adds up where a number is used more than once: the order of a third one is open."""
    return Terms(_one(a, value).sizes + _one(b, value).sizes, 1, unheld=1)


def _one_more(value: Tensor, moved: tuple[Any, Any], a: Terms, b: Terms, tame: Any, top: float | None) -> TracedBall:
    """The sum of two sums is one sum of all their terms, in any order.

    What n roundings added to a radius, gamma_n times the sizes of the terms, becomes gamma_N for all N of them.
    """
    if b.roundings > a.roundings:
        a, b = b, a  # the same radius whichever stands first
    roundings = a.roundings + b.roundings + 1
    own = gamma(roundings, value.dtype)
    more_a, more_b = (own - gamma(x.roundings - x.unheld, value.dtype) for x in (a, b))
    if isinstance(b.sizes, Tensor):
        rad = torch.add(a.sizes * held(more_a, value.dtype), b.sizes, alpha=more_b)
    else:
        rad = torch.add(held(b.sizes * more_b, value.dtype), a.sizes, alpha=more_a)
    for brought in moved:
        if brought is not None:
            rad = rad.add_(brought) if rad.shape == value.shape else rad + brought
    return added_up(
        value,
        rad.mul_(held(room(own, value.dtype), value.dtype)),
        tame,
        lambda: Terms(a.sizes + b.sizes, roundings),
        top=top,
    )


def _one(x: Any, result: Tensor) -> Terms:
    """A number as a sum of one term."""
    value, rad = parts(x, result)
    size = size_of(value)
    return Terms(size if rad is None else size + rad, 0)


def same_precision(value: Tensor) -> bool:
    """Whether sums are rounded to the precision that they are added up in."""
    return value.dtype in (torch.float32, torch.float64)


def whole(value: Tensor, *operands: Any) -> Any:
    """Whole numbers are exact; or anybody's guess, where an operand is unsure."""
    unsure: Any = None
    for x in operands:
        if isinstance(x, TracedBall) and not x.exact:
            unsure = x.rad > 0 if unsure is None else unsure | (x.rad > 0)
    return value if unsure is None else ball(value, torch.where(unsure, inf, 0.0))


@rule(aten.mul, prims.mul)
def mul(a: Any, b: Any) -> Any:
    """|ab - a'b'| <= |a| rb + (|b| + rb) ra, as radii.product has it, in fewer passes."""
    if a is b and type(a) is TracedBall:
        return square(a)
    if not isinstance(a, Tensor):
        a, b = b, a
    x, y = mid(a), mid(b)
    value: Tensor = x * y
    if not value.is_floating_point():
        return whole(value, a, b)
    a, b = as_real(a, value), as_real(b, value)
    rad_a, rad_b = parts(a, value)[1], parts(b, value)[1]
    top_a, top_b = top_of(a), top_of(b)
    of_moved, of_size = ONCE[value.dtype]
    top = None if top_a is None or top_b is None else top_a * top_b
    if not isinstance(y, Tensor) and is_power_of_two(y):
        return _shifted(a, value, rad_a, abs(y), top)
    if not isinstance(y, Tensor) and (terms := terms_of(a)) is not None:
        return scaled(value, rad_a, rad_b, terms, abs(y), lambda: finite(a, b), top)
    if not isinstance(y, Tensor):
        rb = rad_b or 0.0
        own = rb / abs(y) if abs(y) > TINY[value.dtype] else 0.0
        rad = torch.add(FLOOR[value.dtype], size_of(value), alpha=of_size + own * of_moved)
        if rad_a is not None:
            rad.add_(rad_a, alpha=(abs(y) + rb) * of_moved)
        if rb and not own:
            rad.add_(size_of(x), alpha=rb * of_moved)
    else:
        if rad_b is None:
            rad_a, rad_b, x, y = rad_b, rad_a, y, x
        rad = torch.add(FLOOR[value.dtype], size_of(value), alpha=of_size)
        if rad_b is not None:
            rad.addcmul_(size_of(x), rad_b, value=of_moved)
        if rad_a is not None:
            rad.addcmul_(size_of(y) + rad_b, rad_a, value=of_moved)
    return settled(value, rad, lambda: finite(a, b), top=None if top is None else top * of_moved)


def is_power_of_two(x: float) -> bool:
    return abs(frexp(x)[0]) == 0.5


def _shifted(a: TracedBall, value: Tensor, rad_a: Any, factor: float, top: float | None) -> TracedBall:
    """A number times a power of two is exact, but for an underflow."""
    terms = terms_of(a)
    terms = terms and terms._replace(sizes=terms.sizes * factor)
    moved = None if rad_a is None else rad_a if factor == 1 else rad_a * factor
    if moved is None and factor >= 1 and top is not None and top < LARGEST[value.dtype]:
        return TracedBall(value, None, terms, top)
    return rounded(value, (moved,), lambda: finite(a), 0.0, top=top, underflow=factor < 1, terms=terms)


def scaled(
    value: Tensor, rad_a: Any, rad_b: Any, terms: Terms, factor: float, tame: Any, top: float | None
) -> TracedBall:
    """A sum times a number is the sum of its terms times that number: the rounding is of the terms' sizes."""
    dtype = value.dtype
    sizes, roundings = terms.sizes * factor, terms.roundings + 1
    more = sizes * (gamma(roundings, dtype) - gamma(roundings - 1 - terms.unheld, dtype))
    by_b = None if rad_b is None else terms.sizes * rad_b
    by_a = None if rad_a is None else rad_a * (factor + (rad_b or 0.0))
    once = 0.0 if same_precision(value) else 0.5
    return rounded(value, (more, by_a, by_b), tame, once, top=top, terms=Terms(sizes, roundings))


@rule(aten.div.Tensor, aten.div.Scalar, aten.true_divide, prims.div)
def div(a: Any, b: Any) -> Any:
    x, y = mid(a), mid(b)
    value = x / y
    a, b = as_real(a, value), as_real(b, value)
    rad_a, rad_b = parts(a, value)[1], parts(b, value)[1]
    number = not isinstance(y, Tensor)
    top_a = top_of(a)
    top = top_a / abs(y) * (1 + 1e-6) if number and y and top_a is not None else None
    if number and is_power_of_two(y) and isinstance(a, TracedBall):
        return _shifted(a, value, rad_a, 1 / abs(y), top)
    if number and y and (terms := terms_of(a)) is not None:
        inverse = 1 / abs(y)
        rad_inverse = None if rad_b is None else 2 * rad_b * inverse * inverse
        return scaled(value, rad_a, rad_inverse, terms, inverse, lambda: finite(a, b), top)
    by_a = by_b = None
    if number:
        least: Any = abs(y) - (rad_b or 0.0)
        if y and least > 0:
            own = (rad_b or 0.0) / least
            of_moved, of_size = ONCE[value.dtype]
            rad = torch.add(FLOOR[value.dtype], size_of(value), alpha=of_size + own * of_moved)
            if rad_a is not None:
                rad.add_(rad_a, alpha=of_moved / least)
            return settled(value, rad, lambda: finite(a, b), top=None if top is None else top * of_moved)
    least = size_of(y)
    if rad_b is not None:
        least = torch.as_tensor(least - rad_b, dtype=radius_dtype(value)).clamp_(0.0)
        by_b = rad_b / least * size_of(value)  # radii.quotient, where no small product is rounded to 0
    if rad_a is not None:
        by_a = rad_a / least
    return rounded(value, (by_a, by_b), lambda: finite(a, b) & ~_pole(a, b), top=top)


def _pole(a: Any, b: Any) -> Tensor:
    """Where a divisor is exactly 0, and what it divides is surely 0 or surely not."""
    zero: Tensor = (b.mid == 0) & (b.rad == 0) if isinstance(b, TracedBall) else torch.as_tensor(b == 0)
    sure = (a.rad == 0) | (size_of(a.mid) > a.rad) if isinstance(a, TracedBall) else torch.tensor(True)
    return zero & sure


@rule(aten.reciprocal)
def reciprocal(a: Any) -> Any:
    return div(1.0, a)


@rule(aten.neg, prims.neg)
def neg(a: TracedBall) -> Any:
    return ball(-a.mid, None if a.exact else a.rad.clone(), None if a.memory.written else a.terms, a.memory.top)


@rule(aten.square)
def square(a: TracedBall) -> Any:
    """|a^2 - a'^2| <= (2 |a| + r) r."""
    x = a.mid
    value = x * x
    if not value.is_floating_point():
        return whole(value, a)
    of_moved, of_size = ONCE[value.dtype]
    rad = torch.add(FLOOR[value.dtype], value, alpha=of_size)
    if not a.exact:
        rad.addcmul_(torch.add(a.rad, size_of(x), alpha=2), a.rad, value=of_moved)
    return settled(value, rad, lambda: finite(a), top=a.top() ** 2 * of_moved)


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
    """weight b + (1 - weight) a; or from the nearer end, a + weight (b - a), where b - a may be rounded as well."""
    result = add(mul(a, rsub(weight, 1.0) if isinstance(weight, Tensor) else 1.0 - weight), mul(b, weight))
    size = size_of(mid(weight))
    less = torch.minimum(size, size_of(1 - mid(weight))) if isinstance(size, Tensor) else min(size, abs(1 - size))
    between = (size_of(mid(a)) + size_of(mid(b))) * less
    rad = torch.add(result.rad, between, alpha=2 * ONCE[result.dtype][1])
    return settled(result.mid, rad, lambda: finite(a, b, weight))
