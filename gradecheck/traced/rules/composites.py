"""Operators of several steps that torch computes at once, in their well-known stable form."""

from __future__ import annotations

from math import inf, pi
from typing import Any, Final

import torch
from torch import Tensor
from torch._decomp import decomposition_table

from gradecheck.numbers import radii
from gradecheck.numbers.radii import LIBRARY_ULP
from gradecheck.traced.ball import TINY, UNIT, TracedBall, radius_dtype
from gradecheck.traced.rounding import ball, gamma, settled
from gradecheck.traced.rules.arithmetic import add, div, mul, neg, rsub, square, sub
from gradecheck.traced.rules.choices import absolute, where
from gradecheck.traced.rules.functions import FUNCTIONS, WIDER
from gradecheck.traced.rules.reductions import amax, axes, mean, total
from gradecheck.traced.rules.structure import move, to_copy, view
from gradecheck.traced.table import RULES, rule

aten = torch.ops.aten
exp, log, sigmoid = FUNCTIONS[aten.exp], FUNCTIONS[aten.log], FUNCTIONS[aten.sigmoid]
eq = RULES[aten.eq.Scalar]


def _shares(x: TracedBall, dim: int) -> tuple[Tensor, Tensor, Tensor]:
    """Of e^(x - max): its share p of the sum, how far it may be off in that, and how far the sum may be.

    An exponent moves by r and is rounded once, and a library's exp is off by 8u: p (e^d - 1) altogether, and no more
    than e^(d - low) far below the largest, however wide the ball is. The sum is off by all of these, and gamma_(n-1). A
    shift of all exponents changes nothing, so that of max is none.
    """
    unit = UNIT[x.dtype]
    middle = x.mid.to(radius_dtype(x.mid))
    p = torch.softmax(middle, dim)
    low = torch.amax(middle, dim, keepdim=True).sub(middle)
    off = (low * (radii.rounding(unit) * radii.slack(unit))).add_(radii.rounding(unit, LIBRARY_ULP))
    if not x.exact:
        off.add_(x.rad)
    p.add_(TINY[p.dtype])
    most = (off - low).exp_().mul_(WIDER)
    moved = torch.minimum(off.expm1_().mul_(radii.slack(unit)).mul_(p), most)
    of_sum = torch.sum(moved, dim, keepdim=True)
    return p, moved, of_sum.mul_(1 + 8 * unit).add_(gamma(x.shape[dim] - 1 if x.dim() else 0, x.dtype))


@rule(aten._softmax, aten._safe_softmax)
def softmax(x: TracedBall, dim: int, half_to_float: Any = False, dtype: Any = None) -> Any:
    """e^(x - max) over its sum: what either is off by, 8u of a library's exp and gamma_(n-1), and two roundings."""
    if half_to_float is True:
        x = to_copy(x, torch.float32)
    value = torch.softmax(x.mid, dim)
    if not x.numel():
        return ball(value, None)
    if x.top() == inf:
        e = exp(sub(x, amax(x, [dim], True)))
        return div(e, total(e, [dim], True))
    p, moved, of_sum = _shares(x, dim)
    rest = (1 - of_sum).clamp_(0.0)
    unit = UNIT[x.dtype]
    rad = moved.add_(p.mul_(of_sum + 2 * radii.rounding(unit))).div_(rest).mul_(radii.slack(unit))
    rad.clamp_max_(1.0).add_(2 * TINY[x.dtype])
    return settled(value, rad, lambda: torch.tensor(True), top=2.0)


@rule(aten._log_softmax)
def log_softmax(x: TracedBall, dim: int, half_to_float: bool = False) -> Any:
    """(x - max) - log(sum): the exponent's own error, the sum's by the slope of the logarithm, and two roundings."""
    if half_to_float:
        x = to_copy(x, torch.float32)
    value = torch.log_softmax(x.mid, dim)
    if not x.numel():
        return ball(value, None)
    z = sub(x, amax(x, [dim], True))
    return sub(z, log(total(exp(z), [dim], True)))


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
    top = amax(x, dim, True)
    if top.top() == inf:
        top = where(eq(absolute(top), inf), 0.0, top)
    result = add(log(total(exp(sub(x, top)), dim, True)), top)
    return result if keepdim else view(aten.squeeze.dims, result, axes(x, dim))


@rule(aten.native_layer_norm)
def native_layer_norm(x: Any, shape: Any, weight: Any, bias: Any, eps: float) -> Any:
    """(x - mean) / sqrt(mean of squares + eps), times the weight, plus the bias."""
    over = list(range(x.dim() - len(shape), x.dim()))
    middle = mean(x, over, True)
    off = sub(x, middle)
    scale = FUNCTIONS[aten.rsqrt](add(mean(square(off), over, True), eps))
    result = mul(off, scale)
    result = result if weight is None else mul(result, weight)
    result = result if bias is None else add(result, bias)
    return result, middle, scale


@rule(aten.nll_loss_forward)
def nll_loss_forward(z: Any, target: Any, weight: Any, reduction: int, ignored: int) -> Any:
    """Minus the number at the label of each row; torch's own way where rows or classes have weights, or for one row."""
    if weight is not None or type(target) is TracedBall or z.dim() != 2:
        return decomposition_table[aten.nll_loss_forward.default](z, target, weight, reduction, ignored)
    kept = target != ignored
    n = int(kept.sum())
    every = n == len(target)
    index = (target if every else torch.where(kept, target, 0)).unsqueeze(1)
    picked = neg(view(aten.squeeze.dim, move(aten.gather.default, z, 1, index), 1))
    picked = picked if every else where(kept, picked, 0.0)
    if reduction == 0:
        return picked, ball(torch.zeros((), dtype=z.dtype), None)
    picked = total(picked)
    number = ball(torch.tensor(float(n), dtype=z.dtype), None)
    return div(picked, float(n)) if reduction == 1 else picked, number
