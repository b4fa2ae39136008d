"""+ - * / and their kin: the first-order terms, and one rounding."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor

from gradecheck.traced.ball import (
    LARGEST,
    TracedBall,
    mid,
    moved_terms,
    parts,
    radius_dtype,
    reach,
    scalar_radius,
    size_of,
)
from gradecheck.traced.memory import Memory, Terms
from gradecheck.traced.rounding import FLOOR, ONCE, added_up, ball, factors, finite, gamma, held, room, rounded, settled
from gradecheck.traced.rules.operands import (
    as_real,
    is_power_of_two,
    memories,
    same_precision,
    terms_of,
    together,
    top_of,
    whole,
)
from gradecheck.traced.table import rule

aten = torch.ops.aten
prims = torch.ops.prims


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
    x, y = together(mid(a), mid(b))
    value = x + y if sign == 1 else x - y
    if not value.is_floating_point():
        return whole(value, a, b)
    a, b = as_real(a, value), as_real(b, value)
    moved = (parts(a, value)[1], parts(b, value)[1])
    top_a, top_b = top_of(a), top_of(b)
    top = None if top_a is None or top_b is None else top_a + top_b
    of_a, of_b = terms_of(a), terms_of(b)
    if of_a is not None or of_b is not None:
        own_a, own_b = (of or Terms(reach(x, r), 0) for of, x, r in ((of_a, a, moved[0]), (of_b, b, moved[1])))
        return _one_more(value, moved, own_a, own_b, lambda: _open(value, a, b), top, memories(a, b))
    more = None
    if sign > 0 and torch._C._current_autograd_node() is not None:
        more = Terms(partial(_two, (mid(a), moved[0]), (mid(b), moved[1])), 1, unheld=1, of=memories(a, b))
    return rounded(value, moved, lambda: _open(value, a, b), top=top, underflow=False, terms=more)


def _open(value: Tensor, a: Any, b: Any) -> Any:
    """Where rounding made a sum of two infinite or NaN: NaN too, where a term is unknown, as after an overflow."""
    ours: Any = finite(a, b)
    for x in (a, b):
        if isinstance(x, TracedBall):
            ours = ours | (torch.isnan(value) & torch.isinf(x.rad))
    return ours


def _two(a: tuple[Any, Any], b: tuple[Any, Any]) -> Tensor:
    """Of gradients that autograd adds up where a number is used more than once: the order of a third one is open."""
    sizes: Tensor = reach(*a) + reach(*b)
    return sizes


def _one_more(
    value: Tensor, moved: tuple[Any, Any], a: Terms, b: Terms, tame: Any, top: float | None, of: list[Memory]
) -> TracedBall:
    """The sum of two sums is one sum of all their terms, in any order.

    What n roundings added to a radius, gamma_n times the sizes of the terms, becomes gamma_N for all N of them.
    """
    if b.roundings > a.roundings:
        a, b = b, a  # the same radius whichever stands first
    roundings = a.roundings + b.roundings + 1
    own = gamma(roundings, value.dtype)
    wide = room(own, value.dtype)
    more_a, more_b = (wide * (own - gamma(x.held, value.dtype)) for x in (a, b))
    if isinstance(b.sizes, Tensor):
        rad = torch.add(a.sizes * held(more_a, value.dtype), b.sizes, alpha=more_b)
    else:
        rad = torch.add(held(b.sizes * more_b, value.dtype), a.sizes, alpha=more_a)
    for brought in moved:
        if isinstance(brought, Tensor):
            rad = rad.add_(brought, alpha=wide) if rad.shape == value.shape else torch.add(rad, brought, alpha=wide)
        elif brought is not None:
            rad.add_(held(brought * wide, value.dtype))
    return added_up(value, rad, tame, Terms(lambda: a.sizes + b.sizes, roundings, of=of), top=top)


@rule(aten.mul, prims.mul)
def mul(a: Any, b: Any) -> Any:
    """|ab - a'b'| <= |a| rb + (|b| + rb) ra, as radii.product has it; the rounding of ab, a part of |ab|, joins ra."""
    if a is b and type(a) is TracedBall:
        return square(a)
    if not isinstance(a, Tensor):
        a, b = b, a
    x, y = together(mid(a), mid(b))
    value: Tensor = x * y
    if not value.is_floating_point():
        return whole(value, a, b)
    if not isinstance(b, Tensor):
        return _times_number(as_real(a, value), abs(b), value)
    a, b = as_real(a, value), as_real(b, value)
    rad_a, rad_b = parts(a, value)[1], parts(b, value)[1]
    top_a, top_b = top_of(a), top_of(b)
    top = None if top_a is None or top_b is None else top_a * top_b
    if rad_a is None:
        a, b, rad_a, rad_b = b, a, rad_b, rad_a
    if rad_a is None:
        return rounded(value, None, lambda: finite(a, b), top=top)
    of_moved, of_size = ONCE[value.dtype]
    size_a, size_b = size_of(a), size_of(b)
    near = torch.add(rad_a, size_a, alpha=of_size / of_moved)
    rad = torch.addcmul(FLOOR[value.dtype], near, size_b if rad_b is None else size_b + rad_b, value=of_moved)
    if rad_b is not None:
        rad.addcmul_(size_a, rad_b, value=of_moved)
    return settled(value, rad, lambda: finite(a, b), top=None if top is None else top * of_moved)


def _times_number(a: Any, factor: float, value: Tensor) -> TracedBall:
    """Numbers times a number of that size."""
    rad_a, rad_b, top_a = parts(a, value)[1], scalar_radius(factor, value.dtype), top_of(a)
    top = None if top_a is None else top_a * factor * (1 + 1e-6)
    if is_power_of_two(factor):
        return _shifted(a, value, rad_a, factor, top)
    if (terms := terms_of(a)) is not None:
        return scaled(value, rad_a, rad_b, terms, factor, lambda: finite(a, factor), top)
    of_moved, of_size = ONCE[value.dtype]
    off = min(of_size * factor + of_moved * (rad_b or 0.0), LARGEST[value.dtype])
    rad = torch.add(FLOOR[value.dtype], size_of(a), alpha=off)
    if rad_a is not None:
        rad.add_(rad_a, alpha=(factor + (rad_b or 0.0)) * of_moved)
    return settled(value, rad, lambda: finite(a, factor), top=None if top is None else top * of_moved)


def _shifted(a: TracedBall, value: Tensor, rad_a: Any, factor: float, top: float | None) -> TracedBall:
    """A number times a power of two is exact, but for an underflow."""
    terms = terms_of(a)
    terms = terms and Terms(terms.sizes * factor, terms.roundings, terms.unheld)
    if rad_a is None and factor >= 1 and top is not None and top < LARGEST[value.dtype]:
        return TracedBall(value, None, terms, top)
    rad = torch.zeros_like(value, dtype=radius_dtype(value)) if rad_a is None else rad_a * factor
    if factor < 1:
        rad.add_(FLOOR[value.dtype])
    return settled(value, rad, lambda: finite(a), top=top, terms=terms)


def scaled(
    value: Tensor, rad_a: Any, rad_b: Any, terms: Terms, factor: float, tame: Any, top: float | None
) -> TracedBall:
    """A sum times a number is the sum of its terms times that number: the rounding is of the terms' sizes."""
    dtype = value.dtype
    sizes, roundings = terms.sizes * factor, terms.roundings + 1
    own = factor * (gamma(roundings, dtype) - gamma(terms.held, dtype)) + (rad_b or 0.0)
    of_moved, of_size = factors(dtype, 0.0 if same_precision(value) else 0.5)
    rad = torch.add(FLOOR[dtype], terms.sizes, alpha=own * of_moved)
    if rad_a is not None:
        rad.add_(rad_a, alpha=(factor + (rad_b or 0.0)) * of_moved)
    if of_size:
        rad.add_(size_of(value), alpha=of_size)
    return settled(value, rad, tame, top=None if top is None else top * of_moved, terms=Terms(sizes, roundings))


@rule(aten.div.Tensor, aten.div.Scalar, aten.true_divide, prims.div)
def div(a: Any, b: Any) -> Any:
    x, y = together(mid(a), mid(b))
    value = x / y
    a, b = as_real(a, value), as_real(b, value)
    rad_a, rad_b = parts(a, value)[1], parts(b, value)[1]
    number = not isinstance(b, Tensor)
    y = b if number else y
    top_a = top_of(a)
    top = top_a / abs(y) * (1 + 1e-6) if number and y and top_a is not None else None
    if number and is_power_of_two(y) and isinstance(a, TracedBall):
        return _shifted(a, value, rad_a, 1 / abs(y), top)
    if number and y and (terms := terms_of(a)) is not None:
        inverse = 1 / abs(y)
        rad_inverse = None if rad_b is None else 2 * rad_b * inverse * inverse
        return scaled(value, rad_a, rad_inverse, terms, inverse, lambda: finite(a, b), top)
    of_moved, of_size = ONCE[value.dtype]
    size = size_of(value)
    if number and abs(y) > (rad_b or 0.0):
        least = abs(y) - (rad_b or 0.0)
        rad = torch.add(FLOOR[value.dtype], size, alpha=of_size + (rad_b or 0.0) / least * of_moved)
        if rad_a is not None:
            rad.add_(rad_a, alpha=of_moved / least)
        return settled(value, rad, lambda: finite(a, b), top=None if top is None else top * of_moved, size=size)
    nearest = torch.as_tensor(size_of(b), dtype=radius_dtype(value))
    rad = torch.add(FLOOR[value.dtype], size, alpha=of_size)
    if rad_b is not None:
        nearest = (nearest - rad_b).clamp_(0.0)
        rad.addcmul_(rad_b / nearest, size, value=of_moved)  # radii.quotient, where no small product is rounded to 0
    if rad_a is not None:
        rad_a = rad_a if isinstance(rad_a, Tensor) else held(rad_a, value.dtype)
        rad.addcdiv_(rad_a, nearest, value=of_moved)
    return settled(value, rad, lambda: finite(a, b) & ~_pole(a, b), size=size)


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
    return ball(-a.mid, None if a.exact else a.rad.clone(), moved_terms(torch.clone, a), a.memory.top)


@rule(aten.square)
def square(a: TracedBall) -> Any:
    """|a^2 - a'^2| <= (2 |a| + r) r."""
    x = a.mid
    value = x * x
    if not value.is_floating_point():
        return whole(value, a)
    of_moved, of_size = ONCE[value.dtype]
    size = size_of(value, positive=True)
    rad = torch.add(FLOOR[value.dtype], size, alpha=of_size)
    if not a.exact:
        rad.addcmul_(torch.add(a.rad, a.magnitude, alpha=2), a.rad, value=of_moved)
    return settled(value, rad, lambda: finite(a), top=a.top() * a.top() * of_moved, size=size)


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
    """weight b + (1 - weight) a; or from the nearer end, a + weight (b - a), where b - a may be rounded as well.

    1 - weight is as far off as weight is: it may be worked out from a weight that was rounded.
    """
    result = add(mul(a, rsub(weight, 1.0) if isinstance(weight, Tensor) else 1.0 - weight), mul(b, weight))
    size = size_of(weight)
    less = torch.minimum(size, size_of(1 - mid(weight))) if isinstance(size, Tensor) else min(size, abs(1 - size))
    rad = torch.add(result.rad, (size_of(a) + size_of(b)) * less, alpha=2 * ONCE[result.dtype][1])
    off = None if isinstance(weight, Tensor) else scalar_radius(weight, result.dtype)
    rad = rad if off is None else rad.add_(size_of(a), alpha=off)
    return settled(result.mid, rad, lambda: finite(a, b, weight), size=result.magnitude)
