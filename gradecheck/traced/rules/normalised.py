"""Rows over their own size: layer norm and RMS norm, whose mean, scale and product torch computes at once.

Every row x becomes s d, where d = x - mean or x itself, and s = 1 / sqrt(mean(d^2) + eps).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, prod, sqrt
from typing import Any, Final

import torch
from torch import Tensor
from torch._decomp import decomposition_table

from gradecheck.numbers import radii
from gradecheck.traced.ball import LARGEST, TINY, UNIT, TracedBall, mid, reach, scalar_radius, size_of
from gradecheck.traced.rounding import FLOOR, ball, gamma, held, settled
from gradecheck.traced.rules.arithmetic import add, mul, square, sub
from gradecheck.traced.rules.functions import FUNCTIONS, SQRT_ULP
from gradecheck.traced.rules.operands import same_precision
from gradecheck.traced.rules.reductions import count, mean
from gradecheck.traced.table import rule

aten = torch.ops.aten

LITTLE: Final = 0.01
"""A mean of squares that may be off by a larger share is left to the rules of its steps."""


SHORT: Final = 8
"""Of fewer numbers the bound of the steps is up to a quarter narrower: they know the size of each number."""


@dataclass(frozen=True)
class Rows:
    """Rows and how far off each may be, with one number for each row but in size and rad.

    size: |d|. rad: that of x, None where it is exact. shift: that of the mean; None where none is taken off.
    scale: s. off: how far that is off. most: no mean of squares is off by a larger share.
    """

    size: Tensor
    rad: Tensor | None
    shift: Tensor | None
    scale: Tensor
    off: Tensor
    most: float


def _rows(x: TracedBall, size: Tensor, shift: Tensor | None, scale: Tensor, over: list[int]) -> Rows | None:
    """None where a square may overflow, or where the mean of squares may be off by much.

    With r for what d may be off by, the mean of squares moves by mean(2 |d| r + 3 r^2). The n + 2 roundings of a square
    or of eps, which may be the first term of the sum, and the two of d, are a share of it. Where it moves by a share
    q, its inverse root moves by less than the share q / (2 - 4 q).
    """
    unit, n, rad = UNIT[x.dtype], count(x.mid, over), None if x.exact else x.rad
    own = gamma(n + 2 if shift is None else n + 6, x.dtype)
    moved: Any = None if shift is None else torch.add(torch.mean(size, over, True), shift, alpha=3).mul_(shift)
    if rad is not None:
        brought = torch.mean(torch.add(size, rad, alpha=3).mul_(rad), over, True)
        moved = brought if moved is None else moved.add_(brought)
    moved = held(TINY[x.dtype], x.dtype) if moved is None else moved.add_(held(TINY[x.dtype], x.dtype))
    share = torch.addcmul(held(own * (1 + 8 * unit), x.dtype), scale * scale, moved, value=2)
    most = share.amax().item()
    if not (most <= LITTLE and scale.amin().item() > sqrt(2 * n / LARGEST[x.dtype])):
        return None
    share.mul_(held(0.5 / (1 - 3 * most), x.dtype)).add_(held(radii.rounding(unit, 1 + SQRT_ULP), x.dtype))
    off = share.mul_(scale).mul_(held((1 + 2 * most) * radii.slack(unit), x.dtype))
    return Rows(size, rad, shift, scale, off, most)


def _weighted(value: Tensor, rows: Rows, weight: Any, bias: Any, n: int) -> TracedBall:
    """w s d + b: what d brings (two roundings of it, its mean and x), what s does, and the roundings of both products
    and the sum.
    """
    dtype, unit = value.dtype, UNIT[value.dtype]
    wide = (1 + 2 * rows.most) * radii.slack(unit)
    top, own = 1.2 * sqrt(n), ((rows.shift is not None) * 2 + 1 + (weight is not None)) * unit * wide
    of_weight = None if weight is None or weight.exact else rows.size * rows.scale * weight.rad
    rad = rows.size.mul_(torch.add(rows.off, rows.scale, alpha=own))
    if rows.shift is not None:
        rad.add_((rows.scale * rows.shift).mul_(held(wide, dtype)))
    if rows.rad is not None:
        rad.addcmul_(rows.rad, rows.scale, value=wide)
    size, least = None, FLOOR[dtype]
    if weight is not None:
        widest = weight.magnitude if weight.exact else weight.magnitude + weight.rad
        rad.mul_(widest)
        least = torch.add(least, widest, alpha=TINY[dtype])
        rad = rad if of_weight is None else rad.add_(of_weight, alpha=wide)
        top *= weight.top()
    if bias is not None:
        size = size_of(value)
        rad.add_(size, alpha=unit * wide)
        least = least if bias.exact else torch.add(least, bias.rad, alpha=wide)
        top += bias.top()
    return settled(value, rad.add_(least), lambda: torch.tensor(True), top=top, size=size)


def _by_one_rule(x: Any, shape: Any, *parameters: Any) -> bool:
    """Of balls that are rounded to the precision in which sums are added up; of short rows the steps say more."""
    balls = type(x) is TracedBall and all(p is None or type(p) is TracedBall for p in parameters)
    return balls and same_precision(x.mid) and x.numel() > 0 and prod(shape) >= SHORT


@rule(aten.native_layer_norm)
def native_layer_norm(x: Any, shape: Any, weight: Any, bias: Any, eps: float) -> Any:
    """The mean, which is taken before d is, is off by n + 2 roundings of its terms: x s - mean s is right as well."""
    over = list(range(x.dim() - len(shape), x.dim()))
    if _by_one_rule(x, shape, weight, bias):
        value, middle, scale = aten.native_layer_norm(x.mid, shape, mid(weight), mid(bias), eps)
        n, size = count(x.mid, over), x.mid.abs()
        shift = torch.add(FLOOR[x.dtype], torch.mean(size, over, True), alpha=1.01 * gamma(n + 2, x.dtype))
        if not x.exact:
            shift.add_(torch.mean(x.rad, over, True), alpha=1.01)
        rows = _rows(x, torch.sub(x.mid, middle, out=size).abs_(), shift, scale, over)
        if rows is not None:
            off = TracedBall(scale, rows.off)
            return _weighted(value, rows, weight, bias, n), TracedBall(middle, shift), off
    middle = mean(x, over, True)
    off = sub(x, middle)
    scale = FUNCTIONS[aten.rsqrt](add(mean(square(off), over, True), eps))
    result = mul(off, scale)
    result = result if weight is None else mul(result, weight)
    result = result if bias is None else add(result, bias)
    return result, middle, scale


def rms_norm(x: Any, shape: Any, weight: Any, eps: float | None) -> TracedBall | None:
    """None where its steps have to be followed: of torch's own operators there is none that is one with them."""
    if not _by_one_rule(x, shape, weight):
        return None
    eps = torch.finfo(x.dtype).eps if eps is None else eps
    over = list(range(x.dim() - len(shape), x.dim()))
    n = count(x.mid, over)
    scale = torch.linalg.vector_norm(x.mid, 2, over, True).square_().div_(n).add_(eps).rsqrt_()
    rows = _rows(x, x.mid.abs(), None, scale, over)
    if rows is None:
        return None
    value = x.mid * scale
    return _weighted(value if weight is None else value.mul_(weight.mid), rows, weight, None, n)


@rule(aten.native_batch_norm)
def native_batch_norm(
    x: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool, momentum: float, eps: float
) -> Any:
    """(x - mean) s w + b; its kernel has x s w + (b - mean s w), which loses digits where x is close to the mean.

    It takes 1 - momentum of a momentum that was rounded already.
    """
    kept = [(of, size_of(of).clone()) for of in (running_mean, running_var) if training and isinstance(of, TracedBall)]
    found = decomposition_table[aten.native_batch_norm.default](
        x, weight, bias, running_mean, running_var, training, momentum, eps
    )
    off = scalar_radius(momentum, x.dtype)
    for of, before in kept if off else ():
        of.copy_(ball(of.mid.clone(), torch.add(of.rad, before, alpha=off)))
    value, mean, scale = found
    if not training:
        mean, scale = running_mean, (mid(running_var) + eps).rsqrt()
    shift = reach(mid(mean), None if not isinstance(mean, TracedBall) or mean.exact else mean.rad) * size_of(mid(scale))
    shift = shift if weight is None else shift * size_of(weight)
    shift = shift if bias is None else shift + size_of(bias)
    room = size_of(value) + shift.reshape(-1, *[1] * (x.dim() - 2))
    rad = torch.add(value.rad, torch.where(torch.isnan(room), inf, room), alpha=4 * UNIT[x.dtype])
    return ball(value.mid, torch.where(torch.isfinite(value.mid), rad, value.rad)), *found[1:]
