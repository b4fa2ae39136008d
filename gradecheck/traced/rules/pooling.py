"""Pooling: means of windows are sums, largest numbers of windows are choices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from gradecheck.traced.ball import TINY, TracedBall, mid
from gradecheck.traced.rounding import added_up, ball, finite, size_of, summed
from gradecheck.traced.rules.choices import truth, unsure_of
from gradecheck.traced.rules.indexing import nothing_said
from gradecheck.traced.table import rule

aten = torch.ops.aten


def weighted(f: Callable[[Tensor], Tensor], a: TracedBall, n: int) -> TracedBall:
    """The rule of f(a), whose every number is a sum of at most n numbers times weights that are not negative.

    One rounding for each product, n - 1 for the sum, and one for each weight.
    """
    value = f(a.mid)
    size = size_of(a.mid)
    brought = None if a.exact else f(a.rad)
    sizes = f(size if a.exact else size + a.rad)
    moved, tame, terms = summed(brought, sizes, n + 1, value.dtype, lambda: f((~finite(a)).to(size.dtype)) == 0)
    return added_up(value, moved.add_((n + 1) * TINY[value.dtype]), tame, terms)


def _volume(kernel: Any, dims: int) -> int:
    kernel = list(kernel) * (dims if len(kernel) == 1 else 1)
    n = 1
    for k in kernel:
        n *= k
    return n


@rule(aten.avg_pool2d)
def avg_pool2d(a: TracedBall, kernel: Any, *args: Any) -> Any:
    return weighted(lambda x: aten.avg_pool2d(x, kernel, *args), a, _volume(kernel, 2))


@rule(aten.avg_pool3d)
def avg_pool3d(a: TracedBall, kernel: Any, *args: Any) -> Any:
    return weighted(lambda x: aten.avg_pool3d(x, kernel, *args), a, _volume(kernel, 3))


@rule(aten.avg_pool2d_backward)
def avg_pool2d_backward(g: Any, x: Any, kernel: Any, *args: Any) -> Any:
    like = torch.zeros(x.shape)
    return weighted(lambda y: aten.avg_pool2d_backward(y, like.to(y.dtype), kernel, *args), g, _volume(kernel, 2))


@rule(aten.avg_pool3d_backward)
def avg_pool3d_backward(g: Any, x: Any, kernel: Any, *args: Any) -> Any:
    like = torch.zeros(x.shape)
    return weighted(lambda y: aten.avg_pool3d_backward(y, like.to(y.dtype), kernel, *args), g, _volume(kernel, 3))


@rule(aten.max_pool2d_with_indices)
def max_pool2d(
    a: TracedBall, kernel: Any, stride: Any = (), padding: Any = (0,), dilation: Any = (1,), ceil: bool = False
) -> Any:
    f = aten.max_pool2d_with_indices
    value, index = f(a.mid, kernel, stride, padding, dilation, ceil)
    if a.exact:
        return ball(value, None), index
    rad, _ = f(a.rad, kernel, stride, padding, dilation, ceil)
    at_least, _ = f(a.mid - a.rad, kernel, stride, padding, dilation, ceil)
    reach = windows(a.mid + a.rad, list(value.shape[-2:]), kernel, stride or kernel, padding, dilation)
    contested = ((reach >= at_least[..., None, None]).sum((-2, -1)) > 1) & (rad > 0)
    return ball(value, rad), truth(index, contested)


def windows(x: Tensor, shape: list[int], kernel: Any, stride: Any, padding: Any, dilation: Any) -> Tensor:
    """The last two axes as windows: (..., out, out, kernel, kernel), with -inf beside the edges."""
    k, s, p, d = (list(v) * (2 if len(v) == 1 else 1) for v in (kernel, stride, padding, dilation))
    need = [(shape[i] - 1) * s[i] + d[i] * (k[i] - 1) + 1 for i in range(2)]
    after = [max(need[i] - x.shape[i - 2] - p[i], 0) for i in range(2)]
    x = functional.pad(x, (p[1], after[1], p[0], after[0]), value=float("-inf"))
    for i in range(2):
        x = x.unfold(-2, d[i] * (k[i] - 1) + 1, s[i])[..., :: d[i]]
    return x[..., : shape[0], : shape[1], :, :]


@rule(aten.max_pool2d_with_indices_backward)
def max_pool2d_backward(g: TracedBall, x: Any, *args: Any) -> Any:
    *sizes, index = args
    like = torch.zeros(x.shape)

    def f(y: Tensor) -> Tensor:
        result: Tensor = aten.max_pool2d_with_indices_backward(y, like.to(y.dtype), *sizes, mid(index))
        return result

    most = int(f(torch.ones_like(g.mid)).amax()) if g.numel() else 0
    result = weighted(f, g, most - 1)
    return result if unsure_of(index) is None else nothing_said(result.mid)
