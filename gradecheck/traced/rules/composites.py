"""Operators of several steps that torch computes at once, in their well-known stable form."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import inf, log1p, pi
from math import log as log_of
from typing import Any, Final

import torch
from torch import Tensor
from torch._decomp import decomposition_table

from gradecheck.numbers import radii
from gradecheck.numbers.radii import LIBRARY_ULP
from gradecheck.traced.ball import ACCUMULATES, TINY, UNIT, TracedBall, radius_dtype, size_of
from gradecheck.traced.memory import Terms
from gradecheck.traced.rounding import FLOOR, ONCE, added_up, ball, finite, gamma, held, room, rounded, settled
from gradecheck.traced.rules.arithmetic import add, div, mul, rsub, sub
from gradecheck.traced.rules.choices import absolute, where
from gradecheck.traced.rules.functions import FUNCTIONS, WIDER
from gradecheck.traced.rules.operands import same_precision
from gradecheck.traced.rules.reductions import amax, axes, count, total
from gradecheck.traced.rules.structure import to_copy, view
from gradecheck.traced.table import RULES, rule

aten = torch.ops.aten
exp, log, sigmoid = FUNCTIONS[aten.exp], FUNCTIONS[aten.log], FUNCTIONS[aten.sigmoid]
eq = RULES[aten.eq.Scalar]


SMALL: Final = 1e-3
"""Up to that e^d - 1 is within WIDER d."""


def _moved(p: Tensor, off: Tensor, log_p: Callable[[], Tensor]) -> tuple[Tensor, bool]:
    """p (e^d - 1) for off = WIDER d, with room for a p that is 0; and whether each d is small.

    It is no more than e^(d + log p), which is 0 far below the largest number, however wide the ball is.
    """
    if off.amax().item() <= SMALL:
        return torch.addcmul(held(2 * TINY[p.dtype], p.dtype), p, off), True
    wide = torch.add(off, log_p()).exp_().mul_(WIDER)
    return torch.minimum(torch.expm1(off).mul_(p + TINY[p.dtype]), wide).add_(2 * TINY[p.dtype]), False


@cache
def rounded_sum(n: int, dtype: torch.dtype) -> float:
    """How far a sum of n numbers e^-low, of which one is 1, may be off of its size.

    Each exponent is rounded, by u low, and a library's exp is off by 8u. The sum of low e^-low is an entropy, at most
    log n times that of e^-low, and n^u as much for the power 1 - u of it, which rounding makes. Then come gamma_(n-1),
    and for a half precision one more rounding.
    """
    unit = UNIT[dtype]
    own = unit * log_of(n) * n**unit / (1 - unit) + radii.rounding(unit, LIBRARY_ULP) + n * TINY[dtype]
    once = 0.0 if dtype is ACCUMULATES[dtype] else radii.rounding(unit)
    total: float = (own + (gamma(n - 1, dtype) + once) * (1 + own)) * radii.slack(unit)
    return total


def _of_log(x: TracedBall, dims: list[int], log_p: Callable[[], Tensor]) -> Any:
    """How far the logarithm of the sum of e^x may be off; log_p: of the logarithms of each one's share of that sum.

    What x brings moves the sum by p (e^r - 1) each; a shift of all exponents, as by max, adds nothing to that.
    """
    n = max(count(x, dims), 1)
    own = rounded_sum(n, x.dtype)
    if x.exact:
        return held(-log1p(-own) if own < 1 else inf, x.dtype)
    moved, _ = _moved(log_p().exp(), x.rad * held(WIDER, x.dtype), log_p)
    moved = torch.sum(moved, dims, keepdim=True)
    of_sum = torch.add(held(own, x.dtype), moved, alpha=(1 + own) * room(gamma(n, x.dtype), x.dtype))
    return torch.log1p(of_sum.clamp_(max=1.0).neg_()).mul_(held(-WIDER, x.dtype))


@rule(aten._softmax)
def softmax(x: TracedBall, dim: int, half_to_float: Any = False) -> Any:
    """e^(x - max) over its sum: what either is off by, 8u of a library's exp and gamma_(n-1), and two roundings.

    An exponent moves by r and is rounded once. A shift of all exponents changes nothing, so that of max is none.
    """
    if half_to_float is True:
        x = to_copy(x, torch.float32)
    value = torch.softmax(x.mid, dim)
    if not x.numel():
        return ball(value, None)
    if x.top() == inf:
        e = exp(sub(x, amax(x, [dim], True)))
        return div(e, total(e, [dim], True))
    precision = value.dtype
    unit, n = UNIT[precision], count(x.mid, axes(x.mid, dim))
    own, wide = gamma(n - 1, precision), room(gamma(n, precision), precision)
    middle = x.mid.to(radius_dtype(x.mid))
    p = value if precision is middle.dtype else torch.softmax(middle, dim)
    low = torch.amax(middle, dim, keepdim=True).sub(middle)
    off = torch.add(held(WIDER * radii.rounding(unit, LIBRARY_ULP), precision), low, alpha=WIDER * radii.rounding(unit))
    if not x.exact:
        off.add_(x.rad, alpha=WIDER)
    moved, small = _moved(p, off, lambda: -low)
    of_sum = torch.add(held(own + 2 * radii.rounding(unit), precision), torch.sum(moved, dim, keepdim=True), alpha=wide)
    if small and own <= SMALL:  # and so is the share of the sum that may be missing
        rad = torch.addcmul(moved, p, of_sum).mul_(held(wide / (1 - 3 * SMALL), precision))
    else:
        rad = torch.addcmul(moved, p + TINY[p.dtype], of_sum).div_((1 - of_sum).clamp_(0.0)).mul_(wide).clamp_max_(1.0)
    return settled(value, rad, lambda: torch.tensor(True), top=2.0, size=size_of(value, positive=True))


@rule(aten._safe_softmax)
def safe_softmax(x: TracedBall, dim: int, dtype: Any = None) -> Any:
    """That of attention: 0 in a row of nothing but -inf, where softmax has no value."""
    found = softmax(x, dim)
    if x.top() < inf:
        return found
    return where(RULES[aten.all.dim](eq(x, -inf), dim, True), 0.0, found)


@rule(aten._log_softmax)
def log_softmax(x: TracedBall, dim: int, half_to_float: bool = False) -> Any:
    """(x - max) - log(sum): x's own error, that of the sum, 8u of a library's log, and two roundings of that size."""
    if half_to_float:
        x = to_copy(x, torch.float32)
    value = torch.log_softmax(x.mid, dim)
    if not x.numel():
        return ball(value, None)
    if x.top() == inf:
        z = sub(x, amax(x, [dim], True))
        return sub(z, log(total(exp(z), [dim], True)))
    own, (of_moved, of_size) = radii.rounding(UNIT[x.dtype], LIBRARY_ULP), ONCE[x.dtype]
    log_p = value if same_precision(value) else torch.log_softmax(x.mid.to(radius_dtype(x.mid)), dim)
    of_log = _of_log(x, axes(x, dim), lambda: log_p)
    top = 1.1 * (2 * x.top() + log_of(count(x, axes(x, dim))) + of_log.item()) if x.exact else None
    of_log = torch.sub(of_log, torch.amax(log_p, dim, keepdim=True), alpha=own)
    size = size_of(value)
    rad = torch.add(of_log.mul_(held(of_moved, x.dtype)), size, alpha=2 * of_size)
    if not x.exact:
        rad.add_(x.rad, alpha=of_moved)
    return settled(value, rad, lambda: finite(x), top=top, size=size)


@rule(aten._softmax_backward_data)
def softmax_backward(g: Any, y: Any, dim: int, dtype: Any = None) -> Any:
    gy = mul(g, y)
    return sub(gy, mul(y, total(gy, [dim], True)))


@rule(aten._log_softmax_backward_data)
def log_softmax_backward(g: Any, y: Any, dim: int, dtype: Any = None) -> Any:
    return sub(g, mul(exp(y), total(g, [dim], True)))


@rule(aten.sigmoid_backward)
def sigmoid_backward(g: Any, y: Any) -> Any:
    return mul(g, mul(y, rsub(y, 1.0)))


@rule(aten.tanh_backward)
def tanh_backward(g: Any, y: Any) -> Any:
    return mul(g, rsub(mul(y, y), 1.0))


@rule(aten.silu)
def silu(x: Any) -> Any:
    return mul(x, sigmoid(x))


@rule(aten.silu_backward)
def silu_backward(g: Any, x: Any) -> Any:
    """The slope of x s(x) is s (1 + x (1 - s))."""
    s = sigmoid(x)
    return mul(g, mul(s, add(mul(x, rsub(s, 1.0)), 1.0)))


GELU_ERF: Final = 10
"""A finding: the erf inside torch's gelu kernels for float32 vectors is off by up to 9.4u (arb says so of x = -0.0798,
where torch.erf itself, gelu of a single number and gelu in float64 are within 3u). So this many u are theirs."""

SQRT_HALF: Final = 0.5**0.5


def _normal_cdf(x: Any) -> Any:
    """(1 + erf(x / sqrt 2)) / 2, with the erf of torch's gelu."""
    e = FUNCTIONS[aten.erf](mul(x, SQRT_HALF))
    if x.dtype == torch.float32:
        e = ball(e.mid, e.rad + GELU_ERF * UNIT[x.dtype], top=3.0)
    return mul(add(e, 1.0), 0.5)


def _tanh_of_cubic(x: Any, square: Any) -> Any:
    inner = mul(mul(x, add(mul(square, 0.044715), 1.0)), 2 / pi**0.5 * SQRT_HALF)
    return FUNCTIONS[aten.tanh](inner)


@rule(aten.gelu)
def gelu(x: Any, approximate: str = "none") -> Any:
    if approximate == "none":
        return mul(x, _normal_cdf(x))
    return mul(mul(x, 0.5), add(_tanh_of_cubic(x, mul(x, x)), 1.0))


@rule(aten.gelu_backward)
def gelu_backward(g: Any, x: Any, approximate: str = "none") -> Any:
    """The slope of x cdf(x) is cdf + x pdf; that of x (1 + t) / 2 is (1 + t) / 2 + x (1 - t^2) inner' / 2."""
    square = mul(x, x)
    if approximate == "none":
        density = mul(exp(mul(square, -0.5)), (2 * pi) ** -0.5)
        return mul(g, add(_normal_cdf(x), mul(x, density)))
    t = _tanh_of_cubic(x, square)
    steep = mul(add(mul(square, 3 * 0.044715), 1.0), 2 / pi**0.5 * SQRT_HALF)
    right = mul(mul(mul(x, 0.5), rsub(mul(t, t), 1.0)), steep)
    return mul(g, add(mul(add(t, 1.0), 0.5), right))


@rule(aten.logsumexp)
def logsumexp(x: Any, dim: Any, keepdim: bool = False) -> Any:
    """log(sum of e^(x - max)) + max: the error of the sum, 8u of a library's log, and a rounding."""
    over = axes(x, dim)
    if not x.numel() or x.top() == inf:
        top = amax(x, dim, True)
        top = where(eq(absolute(top), inf), 0.0, top)
        result = add(log(total(exp(sub(x, top)), dim, True)), top)
        return result if keepdim else view(aten.squeeze.dims, result, over)
    middle = x.mid.to(radius_dtype(x.mid))
    value = torch.logsumexp(middle, over, True)
    log_sum = torch.sub(value, torch.amax(middle, over, True))
    own = radii.rounding(UNIT[x.dtype], LIBRARY_ULP)
    of_log = _of_log(x, over, lambda: middle - value)
    top = 1.1 * (x.top() + log_of(count(x, over)) + of_log.item()) if x.exact else None
    moved = torch.add(of_log, log_sum, alpha=own)
    if not keepdim:
        value, moved = value.squeeze(over), moved.squeeze(over)
    return rounded(value.to(x.dtype), moved, lambda: torch.tensor(True), top=top)


@rule(aten.nll_loss_forward)
def nll_loss_forward(z: Any, target: Any, weight: Any, reduction: int, ignored: int) -> Any:
    """Minus the number at the label of each row, their sum or mean. So are their sizes and radii added up."""
    if weight is not None or type(target) is TracedBall:
        return decomposition_table[aten.nll_loss_forward.default](z, target, weight, reduction, ignored)

    def f(x: Tensor) -> tuple[Tensor, Tensor]:
        loss, number = aten.nll_loss_forward(x, target, None, reduction, ignored)
        return loss, number

    value, number = f(z.mid)
    brought = None if z.exact else f(z.rad)[0].neg_()
    if reduction == 0:
        return ball(value, brought), TracedBall(number)
    n = max(target.numel(), 1)
    own = gamma(n if reduction == 1 else n - 1, value.dtype)
    sizes = f(z.magnitude)[0].neg_()
    if brought is not None:
        sizes.add_(brought)
    moved = torch.add(FLOOR[value.dtype], sizes, alpha=own * room(own, value.dtype))
    if brought is not None:
        moved.add_(brought, alpha=room(own, value.dtype))

    def tame() -> Any:
        """Whether nothing infinite entered, and anything at all."""
        return (f((~finite(z)).to(sizes.dtype))[0] == 0) & (number != 0)

    top = z.top() * (1 if reduction == 1 else n) * (1 + own) ** 3 * 1.01
    return added_up(value, moved, tame, Terms(sizes, n), top=top), TracedBall(number)
