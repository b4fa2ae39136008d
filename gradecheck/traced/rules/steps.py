"""Functions with steps: whole numbers near a number, remainders, signs. The radius has room for a step."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, pi
from typing import Any

import torch
from torch import Tensor

from gradecheck.traced.ball import TracedBall, mid, parts, size_of
from gradecheck.traced.rounding import ball, finite, rounded
from gradecheck.traced.rules.arithmetic import div, mul
from gradecheck.traced.rules.choices import truth, where
from gradecheck.traced.rules.operands import both
from gradecheck.traced.table import RULES, enter_all, rule

aten = torch.ops.aten


def step(f: Callable[[Tensor], Tensor]) -> Callable[[Any], Any]:
    """The rule of a function that never falls and gives whole numbers: the steps between both ends of the ball."""

    def ruled(a: TracedBall) -> Any:
        value = f(a.mid)
        if a.exact or not value.is_floating_point():
            return ball(value, None) if value.is_floating_point() else value
        m, r = a.mid.double(), a.rad.double()
        jump = torch.maximum(f(m + r) - value, value - f(m - r))
        return ball(value, torch.where(torch.isfinite(r), jump.nan_to_num(nan=0.0), inf))

    return ruled


floor, ceil, trunc = (step(f) for f in (torch.floor, torch.ceil, torch.trunc))
for operator, ruled in (
    (aten.floor, floor),
    (aten.ceil, ceil),
    (aten.trunc, trunc),
    (aten.round.default, step(torch.round)),
):
    enter_all(operator, ruled)


@rule(aten.round.decimals)
def round_to(a: TracedBall, *, decimals: int) -> Any:
    """The whole number nearest to 10^d x, over 10^d: both a multiplication and a division are rounded."""
    scale = 10.0 ** abs(decimals)
    near = RULES[aten.round.default](mul(a, scale) if decimals > 0 else div(a, scale))
    return div(near, scale) if decimals > 0 else mul(near, scale)


@rule(aten.frac)
def frac(a: TracedBall) -> Any:
    """x minus its whole part, which is exact where x is."""
    return _left(a, trunc(a), a.mid.frac())


def _left(a: Any, whole: Any, value: Tensor) -> Any:
    """What is left of a once a whole part is taken off: exact of exact numbers, for no digit of a is lost."""
    rad = both(parts(a, value)[1], parts(whole, value)[1])
    return ball(value, None if rad is None else rad.expand(value.shape))


def quotient(a: Any, b: Any, whole: Callable[[Any], Any]) -> Any:
    """The whole part of a / b. Where b divides a, the quotient is not rounded."""
    q = div(a, b)
    if not isinstance(q, TracedBall) or not all(parts(x, q)[1] is None for x in (a, b)):
        return whole(q)
    divides = torch.fmod(mid(a), mid(b)) == 0
    return whole(ball(q.mid, torch.where(divides & torch.isfinite(q.mid), 0.0, q.rad)))


@rule(aten.div.Tensor_mode, aten.div.Scalar_mode)
def div_mode(a: Any, b: Any, *, rounding_mode: str | None) -> Any:
    if rounding_mode is None:
        return div(a, b)
    found = quotient(a, b, trunc if rounding_mode == "trunc" else floor)
    value = torch.div(mid(a), mid(b), rounding_mode=rounding_mode)
    off = size_of(torch.where(found.mid == value, 0.0, found.mid - value))
    return ball(value, torch.where(torch.isfinite(value), found.rad + off, found.rad))


@rule(aten.floor_divide)
def floor_divide(a: Any, b: Any) -> Any:
    return div_mode(a, b, rounding_mode="floor")


def remainder_by(f: Callable[..., Tensor], whole: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """a - b k with the whole part k of a / b: exact for exact operands; where k is unsure, one b more or less."""

    def ruled(a: Any, b: Any) -> Any:
        value = f(mid(a), mid(b))
        if not value.is_floating_point():
            return value
        (_, rad_a), (y, rad_b) = parts(a, value), parts(b, value)
        if rad_a is None and rad_b is None:
            return rounded(value, (), lambda: finite(a, b))
        k = quotient(a, b, whole)
        moved = 0.0 if rad_a is None else rad_a
        moved = moved + size_of(k.mid) * (0.0 if rad_b is None else rad_b) + k.rad * size_of(y)
        return rounded(value, (moved,), lambda: finite(a, b))

    return ruled


enter_all(aten.fmod, remainder_by(torch.fmod, trunc))
enter_all(aten.remainder, remainder_by(torch.remainder, floor))


@rule(aten.heaviside)
def heaviside(a: Any, values: Any) -> Any:
    """0 below 0, 1 above, and there what is told."""
    above = where(RULES[aten.gt.Scalar](a, 0.0), 1.0, _told(a, values))
    return where(RULES[aten.lt.Scalar](a, 0.0), 0.0, above)


def _told(a: Any, values: Any) -> Any:
    return values + torch.zeros_like(mid(a)) if values.shape != a.shape else values


@rule(aten.signbit)
def signbit(a: TracedBall) -> Any:
    unsure = None if a.exact else (size_of(a.mid) <= a.rad) & (a.rad > 0)
    return truth(torch.signbit(a.mid), unsure)


@rule(aten.copysign)
def copysign(a: Any, b: Any) -> Any:
    """|a| with the sign of b: off by 2 |a| where that is unsure."""
    value = torch.copysign(mid(a), mid(b))
    rad_a, rad_b = parts(a, value)[1], parts(b, value)[1]
    if rad_a is None and rad_b is None:
        return ball(value, None)
    rad = torch.zeros_like(size_of(value)) if rad_a is None else rad_a.expand(value.shape)
    if rad_b is not None:
        unsure = (size_of(mid(b)) <= rad_b) & torch.as_tensor(rad_b > 0)
        rad = torch.where(unsure, rad + 2 * size_of(value), rad)
    return ball(value, rad)


@rule(aten.angle)
def angle(a: TracedBall) -> Any:
    """pi of what is below 0."""
    value = torch.angle(a.mid)
    below = rounded(value, (), lambda: finite(a))
    if a.exact:
        return below
    unsure = (size_of(a.mid) <= a.rad) & (a.rad > 0)
    return ball(value, torch.where(unsure, pi, below.rad))


@rule(aten.frexp)
def frexp(a: TracedBall) -> Any:
    """The number over a power of 2, which is exact; nothing is said where the power is unsure."""
    value, exponent = torch.frexp(a.mid)
    if a.exact:
        return ball(value, None), exponent
    _, low = torch.frexp(size_of(a.mid) - a.rad)
    _, high = torch.frexp(size_of(a.mid) + a.rad)
    unsure = (low != high) & (a.rad > 0)
    rad = torch.where(unsure, inf, torch.ldexp(a.rad, -exponent))
    return ball(value, rad), truth(exponent, unsure)


@rule(aten.nextafter)
def nextafter(a: Any, b: Any) -> Any:
    """An ulp beside a, which may be on either side of it."""
    value = torch.nextafter(mid(a), mid(b))
    return rounded(value, (parts(a, value)[1],), lambda: finite(a, b), ulps=1.5)


@rule(aten.nan_to_num)
def nan_to_num(a: TracedBall, nan: Any = None, posinf: Any = None, neginf: Any = None) -> Any:
    """Where rounding decides whether a number is finite, nothing is said."""
    value = torch.nan_to_num(a.mid, nan, posinf, neginf)
    return ball(value, None if a.exact else a.rad.clone())
