"""The largest number of each window: it moves by no more than the number of its window that moves most.

Which number it is matters to the gradient: where another of the window may be the largest too, each may have all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import inf
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional

from gradecheck.traced.ball import TracedBall, mid, size_of
from gradecheck.traced.rounding import ball
from gradecheck.traced.rules.choices import truth, unsure_of
from gradecheck.traced.rules.indexing import nothing_said
from gradecheck.traced.rules.pooling import weighted
from gradecheck.traced.table import enter_all

aten = torch.ops.aten


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


def pooled(f: Any, spatial: int) -> Callable[..., Any]:
    """The largest is unsure where a second number of the window reaches the least that it may be."""

    def ruled(
        a: TracedBall, kernel: Any, stride: Any = (), padding: Any = (0,), dilation: Any = (1,), ceil: bool = False
    ) -> Any:
        value, index = f(a.mid, kernel, stride, padding, dilation, ceil)
        if a.exact:
            return ball(value, None), index
        rad, _ = f(a.rad, kernel, stride, padding, dilation, ceil)
        unknown = torch.isinf(a.rad)  # inf - inf would be NaN
        least, _ = f(torch.where(unknown, -inf, a.mid - a.rad), kernel, stride, padding, dilation, ceil)
        most = torch.where(unknown, inf, a.mid + a.rad)
        reach = windows(most, value.shape[-spatial:], kernel, stride or kernel, padding, dilation)
        contested = ((reach >= least.unsqueeze(-1)).sum(-1) > 1) & (rad > 0)
        return ball(value, rad), truth(index, contested)

    return ruled


enter_all(aten.max_pool2d_with_indices, pooled(aten.max_pool2d_with_indices, 2))
enter_all(aten.max_pool3d_with_indices, pooled(aten.max_pool3d_with_indices, 3))


def windows(x: Tensor, shape: Sequence[int], kernel: Any, stride: Any, padding: Any, dilation: Any) -> Tensor:
    """The last axes as windows, (..., *shape, numbers), with -inf beside the edges."""
    n = len(shape)
    k, s, p, d = (list(v) * (n if len(v) == 1 else 1) for v in (kernel, stride, padding, dilation))
    pad: list[int] = []
    for i in range(n):
        need = (shape[i] - 1) * s[i] + d[i] * (k[i] - 1) + 1
        pad = [p[i], max(need - x.shape[i - n] - p[i], 0), *pad]
    x = functional.pad(x, pad, value=-inf)
    for i in range(n):
        x = x.unfold(-n, d[i] * (k[i] - 1) + 1, s[i])[..., :: d[i]]
    lead = x.dim() - 2 * n
    return x[(*[slice(None)] * lead, *(slice(length) for length in shape))].flatten(-n)


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


def back(f: Any, spatial: int = 0) -> Callable[..., Any]:
    """The gradient: each upstream number goes to the largest of its window, and those that meet are added up.

    spatial: the axes of a window, where all windows have the kernel's size; 0 for others, of whose gradient nothing is
    said where a largest number is unsure.
    """

    def ruled(g: TracedBall, x: Any, *args: Any) -> Any:
        *sizes, index = args
        like = torch.zeros(x.shape)

        def by(y: Tensor) -> Tensor:
            result: Tensor = f(y, like.to(y.dtype), *sizes, mid(index))
            return result

        most = int(by(torch.ones_like(size_of(g.mid))).amax()) if g.numel() else 0
        result = weighted(by, g, most - 1)  # what is chosen has no weight that would be rounded
        unsure = unsure_of(index)
        if unsure is None:
            return result
        if not spatial:
            return nothing_said(result.mid)
        kernel, stride, padding, dilation, _ = sizes
        reach = torch.where(unsure, size_of(g.mid) + (0 if g.exact else g.rad), 0.0)
        most_more = spread(reach, x.shape[-spatial:], kernel, stride or kernel, padding, dilation)
        rad = result.rad + MORE * most_more
        return ball(result.mid, torch.where(torch.isnan(rad), inf, rad))  # NaN may go to any of its window

    return ruled


MORE: Final = 1.0001
"""Room for the sum of a few positive numbers, in the precision of radii."""


def spread(y: Tensor, shape: Sequence[int], kernel: Any, stride: Any, padding: Any, dilation: Any) -> Tensor:
    """Each number of y at all places of its window, added up. shape: the lengths of the axes of a window's numbers."""
    n = len(shape)
    sides = y.shape[-n:]
    k, s, p, d = (list(v) * (n if len(v) == 1 else 1) for v in (kernel, stride, padding, dilation))
    ends = [max(p[i] + shape[i], (sides[i] - 1) * s[i] + d[i] * (k[i] - 1) + 1) for i in range(n)]
    padded = y.new_zeros((*y.shape[:-n], *ends))
    for at in product(*map(range, k)):
        starts = [d[i] * at[i] for i in range(n)]
        places: Any = (..., *(slice(starts[i], starts[i] + (sides[i] - 1) * s[i] + 1, s[i]) for i in range(n)))
        padded[places] += y
    inside: Any = (..., *(slice(p[i], p[i] + shape[i]) for i in range(n)))
    return padded[inside]


for operator in (
    aten.adaptive_max_pool2d_backward,
    aten.adaptive_max_pool3d_backward,
    aten.fractional_max_pool2d_backward,
    aten.fractional_max_pool3d_backward,
):
    enter_all(operator, back(operator))
enter_all(aten.max_pool2d_with_indices_backward, back(aten.max_pool2d_with_indices_backward, 2))
enter_all(aten.max_pool3d_with_indices_backward, back(aten.max_pool3d_with_indices_backward, 3))
