"""Special functions. A right one gives the value of an argument moved by a few ulp, to a few ulp of the value.

That is mixed stability (Higham 1.5): the only promise that is kept beside the zeros of a function, whatever the
algorithm. How far the function moves is its steepest slope on the ball times the radius (the mean value theorem).
Slopes are difference quotients in float64: as exact as a bound needs, and the same for every function.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, log, log1p, pi
from typing import Any, Final

import torch
from torch import Tensor

from gradecheck.numbers.radii import LIBRARY_ULP
from gradecheck.traced.ball import TINY, UNIT, TracedBall, mid, parts, scalar_radius, size_of
from gradecheck.traced.rounding import finite, rounded
from gradecheck.traced.table import enter_all, rule

aten = torch.ops.aten
special = torch.special

ULPS: Final = 8
"""Of the argument and of the value."""
NARROW: Final = 0.1
"""A ball wider than this, beside 1 or its midpoint, is no place for slopes at three points: nothing is said."""

Function = Callable[..., Tensor]


def slope(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """|f'| at x, in float64: over a step small beside x, and large beside what rounding does to f."""
    h = 1e-6 * x.abs().clamp_min(1e-3)
    ahead, behind = f(x + h), f(x - h)
    both = (ahead - behind).abs() / (2 * h)
    here = f(x)  # at the end of a domain only one side has values
    one = torch.maximum((ahead - here).abs().nan_to_num(0.0, 0.0), (here - behind).abs().nan_to_num(0.0, 0.0)) / h
    return torch.where(torch.isfinite(both), both, one)


def steepest(f: Callable[[Tensor], Tensor], m: Tensor, r: Tensor) -> Tensor:
    """The largest |f'| on the ball: at both ends and in the middle, and as much again as it changes between."""
    low, here, high = slope(f, m - r), slope(f, m), slope(f, m + r)
    most = torch.maximum(torch.maximum(low, high), here)
    return most + 2 * torch.maximum((high - here).abs(), (low - here).abs())


def below_zero(low: Tensor, high: Tensor) -> Tensor:
    """Whether one of 0, -1, -2, ... lies between."""
    return (low <= 0) & (low.ceil() <= high)


def odd_quarter_turns(low: Tensor, high: Tensor) -> Tensor:
    return (low / pi - 0.5).ceil() <= high / pi - 0.5


def smooth(
    f: Function, ulps: float = ULPS, poles: Callable[[Tensor, Tensor], Tensor] | None = None, scale: bool = True
) -> Callable[..., Any]:
    """The rule of a smooth f of one or several operands.

    poles: whether one lies between two numbers.  scale: whether f changes less the larger its operand is; one that
    oscillates does not.
    """

    def ruled(*operands: Any) -> TracedBall:
        value = f(*(mid(x) for x in operands))
        moved = torch.zeros(value.shape, dtype=torch.float64)
        places = [torch.as_tensor(mid(x)).double().expand(value.shape) for x in operands]
        for i, x in enumerate(operands):
            own = parts(x, value)[1]
            rad = torch.zeros(value.shape, dtype=torch.float64) if own is None else torch.as_tensor(own).double()
            rad = rad.expand(value.shape)

            def along(t: Tensor, i: int = i) -> Tensor:
                return f(*(t if j == i else place for j, place in enumerate(places)))

            off = rad + (2 * ulps * UNIT[value.dtype]) * places[i].abs()
            by = off * steepest(along, places[i], off)
            wide = rad > NARROW * (places[i].abs().clamp_min(1.0) if scale else 1.0)
            if poles is not None:
                wide = wide | poles(places[i] - rad, places[i] + rad)
            by = torch.where((rad > 0) & (wide | ~torch.isfinite(by)), inf, by.nan_to_num(0.0, inf, inf))
            moved = moved + by
        return rounded(
            value, (moved.to(size_of(value).dtype),), lambda: finite(*operands) & torch.isfinite(value), ulps
        )

    return ruled


ONE: Final = (
    *(aten.acos, aten.acosh, aten.asin, aten.asinh, aten.atanh, aten.erfc, aten.erfinv, aten.i0),
    *(aten.special_i0e, aten.special_i1, aten.special_i1e, aten.special_ndtr, aten.special_ndtri),
    *(aten.special_log_ndtr, aten.special_erfcx, aten.special_entr, aten.special_modified_bessel_i0),
    *(aten.special_modified_bessel_i1, aten.special_modified_bessel_k0, aten.special_modified_bessel_k1),
    *(aten.special_scaled_modified_bessel_k0, aten.special_scaled_modified_bessel_k1, aten.igamma, aten.igammac),
)
WAVES: Final = (
    *(aten.sinc, aten.special_airy_ai, aten.special_bessel_j0, aten.special_bessel_j1, aten.special_bessel_y0),
    *(aten.special_bessel_y1, aten.special_spherical_bessel_j0),
)
"""Those that oscillate."""
GAMMAS: Final = (aten.digamma, aten.lgamma)

for operator in ONE:
    enter_all(operator, smooth(operator))
for operator in WAVES:
    enter_all(operator, smooth(operator, scale=False))
for operator in GAMMAS:
    enter_all(operator, smooth(operator, poles=below_zero))
enter_all(aten.tan, smooth(torch.tan, poles=odd_quarter_turns, scale=False))


@rule(aten.special_zeta)
def zeta(x: Any, q: Any) -> Any:
    return smooth(special.zeta, poles=below_zero)(x, q)


@rule(aten.polygamma)
def polygamma(n: int, a: Any) -> Any:
    return smooth(lambda x: torch.polygamma(n, x), poles=below_zero)(a)


ENVELOPES: Final[dict[Any, Callable[[Tensor], Tensor]]] = {
    aten.special_chebyshev_polynomial_t: lambda n: torch.ones_like(n),
    aten.special_chebyshev_polynomial_u: lambda n: n + 1,
    aten.special_chebyshev_polynomial_v: lambda n: 2 * n + 1,
    aten.special_chebyshev_polynomial_w: lambda n: 2 * n + 1,
    aten.special_legendre_polynomial_p: lambda n: torch.ones_like(n),
    aten.special_shifted_chebyshev_polynomial_t: lambda n: torch.ones_like(n),
    aten.special_shifted_chebyshev_polynomial_u: lambda n: n + 1,
    aten.special_shifted_chebyshev_polynomial_v: lambda n: 2 * n + 1,
    aten.special_shifted_chebyshev_polynomial_w: lambda n: 2 * n + 1,
}
"""The largest size of the n-th polynomial between -1 and 1 (0 and 1 where it is shifted)."""


def polynomial(f: Function, envelope: Callable[[Tensor], Tensor]) -> Callable[[Any, Any], Any]:
    """The n-th orthogonal polynomial: its recurrence loses (n + 1)^2 roundings of the largest value that it passes.

    That is the envelope where the polynomial oscillates, and the value itself where it grows.
    """

    def ruled(x: Any, n: Any) -> Any:
        value = f(mid(x), mid(n))
        order = torch.as_tensor(mid(n)).double().trunc().clamp_min(0.0)
        size = torch.maximum(value.double().abs(), envelope(order))
        moved = (4 * UNIT[value.dtype]) * (order + 1) ** 2 * size
        own = parts(x, value)[1]
        if own is not None:
            moved = moved + torch.as_tensor(own).double() * (order + 1) ** 2 * size
        return rounded(value, (moved.to(size_of(value).dtype),), lambda: finite(x, n) & torch.isfinite(value))

    return ruled


def recurrence(f: Function, step: Callable[[Tensor, int, Tensor, Tensor], Tensor]) -> Callable[[Any, Any], Any]:
    """A polynomial that grows everywhere: (n + 1)^2 roundings of the recurrence with every term taken as positive.

    step: p_(k+1) from |x|, k, p_k and p_(k-1), from p_0 = 1 and p_1 = step of them with k = 0 and p_(-1) = 0.
    """

    def ruled(x: Any, n: Any) -> Any:
        value = f(mid(x), mid(n))
        m = torch.as_tensor(mid(x)).double().abs().expand(value.shape)
        order = torch.as_tensor(mid(n)).double().trunc().clamp_min(0.0).expand(value.shape)
        before, now, size = torch.zeros_like(m), torch.ones_like(m), torch.ones_like(m)
        for k in range(int(order.amax()) if order.numel() else 0):
            before, now = now, step(m, k, now, before)
            size = torch.where(order == k + 1, now, size)
        own = parts(x, value)[1]
        moved = (4 * UNIT[value.dtype]) * (order + 1) ** 2 * size
        if own is not None:
            moved = moved + torch.where(torch.as_tensor(own).double() > 0, inf, 0.0)
        return rounded(value, (moved.to(size_of(value).dtype),), lambda: finite(x, n) & torch.isfinite(value))

    return ruled


for operator, envelope in ENVELOPES.items():
    enter_all(operator, polynomial(operator, envelope))
enter_all(
    aten.special_hermite_polynomial_h,
    recurrence(aten.special_hermite_polynomial_h, lambda x, k, p, q: 2 * x * p + 2 * k * q),
)
enter_all(
    aten.special_hermite_polynomial_he,
    recurrence(aten.special_hermite_polynomial_he, lambda x, k, p, q: x * p + k * q),
)
enter_all(
    aten.special_laguerre_polynomial_l,
    recurrence(aten.special_laguerre_polynomial_l, lambda x, k, p, q: ((2 * k + 1 + x) * p + k * q) / (k + 1)),
)


@rule(aten.hypot)
def hypot(a: Any, b: Any) -> Any:
    """Each leg moves it by no more than itself."""
    value = torch.hypot(mid(a), mid(b))
    rads = [rad for rad in (parts(a, value)[1], parts(b, value)[1]) if rad is not None]
    return rounded(value, tuple(rads), lambda: finite(a, b), ulps=4)


@rule(aten.atan2)
def atan2(y: Any, x: Any) -> Any:
    """Seen from 0, a point that moves by d at a distance of h turns by at most d / (h - d); a turn if it may cross."""
    value = torch.atan2(mid(y), mid(x))
    (b, rad_y), (a, rad_x) = parts(y, value), parts(x, value)
    moved = None
    if rad_y is not None or rad_x is not None:
        rads = [torch.as_tensor(0.0 if rad is None else rad).to(size_of(value).dtype) for rad in (rad_y, rad_x)]
        off, away = torch.hypot(*rads), torch.hypot(size_of(b), size_of(a))
        moved = torch.where(off < away, off / (away - off), torch.where(off > 0, inf, 0.0))
        cut = (rads[0] > 0) & (size_of(b) <= rads[0]) & (a - rads[1] < 0)
        moved = torch.where(cut, inf, moved)
    return rounded(value, (moved,), lambda: finite(y, x), ulps=4)


@rule(aten.pow.Scalar)
def pow_of_number(base: float, y: TracedBall) -> Any:
    """b^y: an exponent that is off by r gives a power that is off by a factor of b^r, and so does b's own radius."""
    value = torch.pow(base, y.mid)
    if base <= 0 or not value.is_floating_point():
        return pow_tensor(base, y)
    size, own = size_of(value, positive=True), scalar_radius(base, value.dtype)
    turned = None if y.exact else y.rad * abs(log(base))
    if own is not None:
        by_base = (y.magnitude + y.rad) * -log1p(-own / base)
        turned = by_base if turned is None else turned + by_base
    moved = None if turned is None else torch.expm1(turned).mul_(size + TINY[value.dtype])
    return rounded(value, moved, lambda: finite(y), LIBRARY_ULP, size=size)


@rule(aten.pow.Tensor_Tensor)
def pow_tensor(x: Any, y: Any) -> Any:
    """x^y = e^(y log x): the exponent moves by (|y| + ry) times how far log x does, and by ry |log x|."""
    value = torch.pow(mid(x), mid(y))
    if not value.is_floating_point():
        return value
    (base, rad_x), (power, rad_y) = parts(x, value), parts(y, value)
    moved = None
    if rad_x is not None or rad_y is not None:
        m, p = torch.as_tensor(base).double().abs(), torch.as_tensor(power).double().abs()
        rx, ry = (torch.as_tensor(0.0 if rad is None else rad).double() for rad in (rad_x, rad_y))
        log = torch.where(rx < m, -torch.log1p(-rx / m), torch.where(rx == 0, 0.0, inf))
        turned = torch.where(p + ry == 0, 0.0, (p + ry) * log) + torch.where(ry == 0, 0.0, ry * m.log().abs())
        moved = value.double().abs() * torch.expm1(turned)
        whole = (ry == 0) & (torch.as_tensor(power).double() > 0)
        moved = torch.where(whole & ~(rx < m), (m + rx) ** p + value.double().abs(), moved)
        moved = torch.where((turned == 0) | (value == 0) & (rx < m), 0.0, moved)
        moved = torch.where(torch.isnan(moved), inf, moved).to(size_of(value).dtype)

    def tame() -> Any:
        pole = (torch.as_tensor(base) == 0) & torch.isinf(value)
        return finite(x, y) & ~pole & ~torch.isnan(value)  # below 0 there is no power that is not whole

    return rounded(value, (moved,), tame, ulps=4)


def scaled(f: Callable[[Tensor], Tensor], factor: float) -> Callable[[TracedBall], TracedBall]:
    """x times a constant that is itself rounded: two roundings."""

    def ruled(a: TracedBall) -> TracedBall:
        return rounded(f(a.mid), () if a.exact else (a.rad * (factor * 1.001),), lambda: finite(a), ulps=1)

    return ruled


enter_all(aten.deg2rad, scaled(torch.deg2rad, pi / 180))
enter_all(aten.rad2deg, scaled(torch.rad2deg, 180 / pi))
