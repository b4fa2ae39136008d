"""The largest number of each window: it moves by no more than the number of its window that moves most.

Which number it is matters to the gradient: where another of the window may be the largest too, nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from gradecheck.traced.ball import TracedBall, mid
from gradecheck.traced.rounding import ball, size_of
from gradecheck.traced.rules.choices import truth, unsure_of
from gradecheck.traced.rules.indexing import nothing_said
from gradecheck.traced.rules.pooling import weighted
from gradecheck.traced.table import enter_all, rule

aten = torch.ops.aten


def contested(a: TracedBall, least: Tensor, windows: Callable[[Tensor], Tensor]) -> Tensor:
    """Where a second number of the window reaches the least that the largest may be. windows: (..., number)."""
    reach = windows(a.mid + a.rad)
    moves = windows(a.rad).amax(-1) > 0
    return ((reach >= least.unsqueeze(-1)).sum(-1) > 1) & moves


def adaptive(f: Any, spatial: int) -> Callable[..., Any]:
    """Window i of n over m numbers goes from floor(i m / n) to ceil((i + 1) m / n)."""

    def ruled(a: TracedBall, size: Any) -> Any:
        value, index = f(a.mid, size)
        if a.exact or not value.numel():
            return ball(value, None), index
        least, _ = f(a.mid - a.rad, size)
        rad = torch.empty_like(value, dtype=a.rad.dtype)
        unsure = torch.empty(value.shape, dtype=torch.bool)
        for at in product(*(range(n) for n in value.shape[-spatial:])):
            ends = zip(at, value.shape[-spatial:], a.shape[-spatial:], strict=True)
            cut: Any = (..., *(slice(i * m // n, -(-(i + 1) * m // n)) for i, n, m in ends))
            place: Any = (..., *at)
            own = a.rad[cut].flatten(-spatial)
            rad[place] = own.amax(-1)
            reach = a.mid[cut].flatten(-spatial) + own
            unsure[place] = ((reach >= least[place].unsqueeze(-1)).sum(-1) > 1) & (own.amax(-1) > 0)
        return ball(value, rad), truth(index, unsure)

    return ruled


enter_all(aten.adaptive_max_pool2d, adaptive(aten.adaptive_max_pool2d, 2))
enter_all(aten.adaptive_max_pool3d, adaptive(aten.adaptive_max_pool3d, 3))


@rule(aten.max_pool3d_with_indices)
def max_pool3d(
    a: TracedBall, kernel: Any, stride: Any = (), padding: Any = (0,), dilation: Any = (1,), ceil: bool = False
) -> Any:
    f = aten.max_pool3d_with_indices
    value, index = f(a.mid, kernel, stride, padding, dilation, ceil)
    if a.exact:
        return ball(value, None), index
    rad, _ = f(a.rad, kernel, stride, padding, dilation, ceil)
    least, _ = f(a.mid - a.rad, kernel, stride, padding, dilation, ceil)

    def windows(x: Tensor) -> Tensor:
        return blocks(x, list(value.shape[-3:]), kernel, stride or kernel, padding, dilation)

    return ball(value, rad), truth(index, contested(a, least, windows))


def blocks(x: Tensor, shape: list[int], kernel: Any, stride: Any, padding: Any, dilation: Any) -> Tensor:
    """The last three axes as windows, (..., out, out, out, numbers), with -inf beside the edges."""
    k, s, p, d = (list(v) * (3 if len(v) == 1 else 1) for v in (kernel, stride, padding, dilation))
    pad: list[int] = []
    for i in range(3):
        need = (shape[i] - 1) * s[i] + d[i] * (k[i] - 1) + 1
        pad = [p[i], max(need - x.shape[i - 3] - p[i], 0), *pad]
    x = functional.pad(x, pad, value=float("-inf"))
    for i in range(3):
        x = x.unfold(-3, d[i] * (k[i] - 1) + 1, s[i])[..., :: d[i]]
    lead = x.dim() - 6
    return x[(*[slice(None)] * lead, *(slice(n) for n in shape))].flatten(-3)


def fractional(f: Any, spatial: int) -> Callable[..., Any]:
    """Windows of drawn places, which are given: of inexact numbers only the largest radius of all is said."""

    def ruled(a: TracedBall, kernel: Any, size: Any, drawn: Any) -> Any:
        value, index = f(a.mid, kernel, size, mid(drawn))
        if a.exact or not value.numel():
            return ball(value, None), index
        rad = a.rad.flatten(-spatial).amax(-1).reshape(*a.shape[:-spatial], *[1] * spatial).expand(value.shape)
        return ball(value, rad), truth(index, rad > 0)

    return ruled


enter_all(aten.fractional_max_pool2d, fractional(aten.fractional_max_pool2d, 2))
enter_all(aten.fractional_max_pool3d, fractional(aten.fractional_max_pool3d, 3))


def back(f: Any) -> Callable[..., Any]:
    """The gradient: each upstream number goes to the largest of its window, and those that meet are added up."""

    def ruled(g: TracedBall, x: Any, *args: Any) -> Any:
        *sizes, index = args
        like = torch.zeros(x.shape)

        def by(y: Tensor) -> Tensor:
            result: Tensor = f(y, like.to(y.dtype), *sizes, mid(index))
            return result

        most = int(by(torch.ones_like(size_of(g.mid))).amax()) if g.numel() else 0
        result = weighted(by, g, most)
        return result if unsure_of(index) is None else nothing_said(result.mid)

    return ruled


for operator in (
    aten.adaptive_max_pool2d_backward,
    aten.adaptive_max_pool3d_backward,
    aten.max_pool3d_with_indices_backward,
    aten.fractional_max_pool2d_backward,
    aten.fractional_max_pool3d_backward,
):
    enter_all(operator, back(operator))
