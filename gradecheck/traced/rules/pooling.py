"""Pooling by means: each is a sum. maxima.py has the largest numbers of windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from gradecheck.traced.ball import TINY, TracedBall, size_of
from gradecheck.traced.rounding import added_up, finite, summed
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
