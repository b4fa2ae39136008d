"""Functions of one number: how far each moves when its argument does, and the ulp of a library's own error."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, inf
from typing import Any, Final

import torch
from torch import Tensor

from gradecheck.numbers import radii
from gradecheck.numbers.radii import LIBRARY_ULP
from gradecheck.traced.ball import TINY, UNIT, TracedBall, radius_dtype, size_of
from gradecheck.traced.rounding import ball, finite, held, rounded
from gradecheck.traced.rules.arithmetic import reciprocal, square
from gradecheck.traced.table import enter_all, rule

aten = torch.ops.aten
SQRT_ULP: Final = 1.0
"""IEEE 754 asks for 0.5; torch's square root on the CPU, which is MKL's, is off by up to 0.75 in either precision."""

Moved = Callable[[Tensor, Tensor, Tensor], Tensor]

WIDER: Final = 1.001
"""exp of a rounded number is off by as many roundings as the number is large: never by a part in a thousand."""


def function(
    f: Callable[..., Tensor],
    moved: Moved,
    ulps: float = LIBRARY_ULP,
    pole: float | None = None,
    top: Callable[[float], float] | None = None,
    share: float = 1.0,
    positive: bool = False,
) -> Any:
    """The rule of f, given how far it moves when its argument m moves by r: share * moved(m, r, |f(m)|).

    pole: a number at which f is infinite. top: what |f| does not exceed, given what |x| does not. positive: f >= 0.
    """

    def ruled(a: TracedBall) -> TracedBall:
        x = a.mid
        value = f(x)
        precise = x if x.dtype is torch.float32 or x.dtype is torch.float64 else x.to(radius_dtype(x))
        size = size_of(value, positive)
        shift = None if a.exact else moved(precise, a.rad, size)

        def tame() -> Any:
            return finite(a) if pole is None else finite(a) & ~((x == pole) & (a.rad == 0))

        reach = None if top is None else top(a.top())
        return rounded(value, shift, tame, ulps, share=share, top=reach, size=size)

    return ruled


def steepest(slope: Callable[[Tensor, Tensor], Tensor]) -> Moved:
    """Of a function whose slope on the whole ball is at most slope(m, r): the mean value theorem."""
    return lambda m, r, f: r * slope(m, r)


def nearest(m: Tensor, r: Tensor) -> Tensor:
    """The smallest |x| in the ball."""
    return (m.abs() - r).clamp_min_(0.0)


def _bounded(top: float) -> float:
    """Of a function within [-1, 1] with a slope of at most 1."""
    return 1.1 + top


def _exp(top: float) -> float:
    return exp(top) * WIDER if top < 700 else inf


def _sqrt(m: Tensor, r: Tensor, f: Tensor) -> Tensor:
    """|sqrt m - sqrt x| = |m - x| / (sqrt m + sqrt x), at the lower end; 0 where nothing moves."""
    return r / (m - r).clamp_min_(0.0).sqrt_().add_(f).clamp_min_(TINY[f.dtype])


def _rsqrt(m: Tensor, r: Tensor, f: Tensor) -> Tensor:
    """Half of the slope of x^(-1/2) is steepest at the lower end, (m - r)^(-3/2); NaN where that is below 0."""
    low = m - r
    return low.rsqrt().mul_(r).div_(low)


def _exp_moved(m: Tensor, r: Tensor, f: Tensor) -> Tensor:
    """radii.exp, whose second bound is for large radii alone."""
    if r.numel() and r.amax().item() < 1:
        return torch.expm1(r).mul_(f + TINY[m.dtype])
    moved: Tensor = radii.exp(torch, m, r, f, TINY[m.dtype])
    return moved


def _sigmoid(a: TracedBall) -> TracedBall:
    """1 / (1 + e^-x), or e^x / (1 + e^x): of what a library's exponential is off by, the share 1 - f is left; a sum and
    a quotient are rounded once each.
    """
    value = torch.sigmoid(a.mid)
    size = size_of(value, positive=True)
    own = radii.rounding(UNIT[a.dtype], LIBRARY_ULP)
    moved = (held(1 + 2 * UNIT[a.dtype], a.dtype) - size).mul_(size).mul_(held(own, a.dtype))
    if not a.exact:
        moved.addcmul_(torch.sub(a.rad, a.magnitude).exp_().mul_(held(WIDER, a.dtype)).clamp_max_(0.25), a.rad)
    return rounded(value, moved, lambda: finite(a), 1.0, size=size)


FUNCTIONS: Final = {
    aten.exp: function(torch.exp, _exp_moved, top=_exp, positive=True),
    aten.exp2: function(torch.exp2, lambda m, r, f: WIDER * (f + TINY[m.dtype]) * torch.expm1(r * 0.6931472)),
    aten.expm1: function(torch.expm1, lambda m, r, f: WIDER * torch.exp(m) * torch.expm1(r), top=_exp),
    aten.log: function(torch.log, lambda m, r, f: radii.log(torch, m, r), pole=0.0),
    aten.log2: function(torch.log2, lambda m, r, f: radii.log(torch, m, r) * 1.442696, pole=0.0),
    aten.log10: function(torch.log10, lambda m, r, f: radii.log(torch, m, r) * 0.4342946, pole=0.0),
    aten.log1p: function(torch.log1p, lambda m, r, f: radii.log(torch, 1 + m, r * WIDER), pole=-1.0),
    aten.tanh: function(torch.tanh, lambda m, r, f: radii.tanh(torch, m, r), top=_bounded),
    aten.sinh: function(torch.sinh, lambda m, r, f: radii.sinh(torch, m, r) * WIDER, top=_exp),
    aten.cosh: function(torch.cosh, lambda m, r, f: radii.cosh(torch, m, r) * WIDER, top=_exp),
    aten.sigmoid: _sigmoid,
    aten.erf: function(torch.erf, steepest(lambda m, r: 1.12838 * WIDER * torch.exp(-nearest(m, r).square()))),
    aten.erfc: function(
        torch.erfc,
        steepest(lambda m, r: 1.12838 * WIDER * torch.exp(-nearest(m, r).square())),
    ),
    aten.sin: function(torch.sin, lambda m, r, f: r, top=_bounded),
    aten.cos: function(torch.cos, lambda m, r, f: r, top=_bounded),
    aten.atan: function(torch.atan, steepest(lambda m, r: 1 / (1 + nearest(m, r).square()))),
    aten.sqrt: function(torch.sqrt, _sqrt, ulps=SQRT_ULP, positive=True),
    aten.rsqrt: function(torch.rsqrt, _rsqrt, ulps=1 + SQRT_ULP, pole=0.0, share=0.5 * WIDER, positive=True),
}
for operator, ruled in FUNCTIONS.items():
    enter_all(operator, ruled)


@rule(aten.pow.Tensor_Scalar)
def pow_number(a: Any, p: Any) -> Any:
    """x^p moves by at most |x|^p ((1 + d)^|p| - 1), where d = r / |x|; or 1 / (1 - d) in place of 1 + d, for p < 1.

    A ball with 0 inside has no bound for p < 1, and the bound (|x| + r)^p for p above it.
    """
    if p == 1:
        return ball(a.mid.clone(), None if a.exact else a.rad.clone(), top=a.memory.top)
    if p == 2:
        return square(a)
    if p == -1:
        return reciprocal(a)
    if p == 0.5:
        return FUNCTIONS[aten.sqrt](a)

    def moved(m: Tensor, r: Tensor, f: Tensor) -> Tensor:
        size = m.abs()
        share = r / size
        log = torch.log1p(share) if p >= 1 else -torch.log1p(-share.clamp_max(1.0))
        near = WIDER * (f + TINY[m.dtype]) * torch.expm1(log * abs(p))
        around = (size + r) ** p * 2 if p >= 1 and p == int(p) else inf
        return torch.where(r == 0, 0.0, torch.where(share < 0.5, near, around))

    return function(lambda x: x**p, moved, pole=0.0 if p < 0 else None)(a)
