"""Distances between the rows of two matrices, by their p-norm."""

from __future__ import annotations

from math import inf
from typing import Any, Final

import torch
from torch import Tensor

from gradecheck.traced.ball import TracedBall, mid, size_of
from gradecheck.traced.rounding import ball, gamma
from gradecheck.traced.table import rule

aten = torch.ops.aten

BY_PRODUCT: Final = 25
"""Rows from which torch takes |x|^2 + |y|^2 - 2 x.y for the square of a distance."""


def norm(difference: Any, p: float) -> Any:
    """(sum |v_k|^p)^(1/p) over the last axis, of a single number too."""
    size = difference.abs()
    if p == 0:
        return (difference != 0).to(difference.dtype).sum(-1)
    if p == inf:
        return size.amax(-1) if size.shape[-1] else size.sum(-1)
    if p in (1, 2):
        return size.sum(-1) if p == 1 else size.square().sum(-1).sqrt()
    return size.pow(p).sum(-1).pow(1 / p)


@rule(aten._cdist_forward)
def cdist(x: Any, y: Any, p: float, mode: int | None) -> Any:
    """The norm of every difference; or, where a product of matrices may be used, what that cancels."""
    difference = x.unsqueeze(-2) - y.unsqueeze(-3)
    found = norm(difference, p)
    if p != 2 or mode == 2 or not found.numel():
        return found
    rows = max(x.shape[-2], y.shape[-2])
    if mode != 1 and rows <= BY_PRODUCT:
        return found
    reach = size_of(mid(x)).square().sum(-1)[..., :, None] + size_of(mid(y)).square().sum(-1)[..., None, :]
    off = 4 * gamma(x.shape[-1] + 4, found.dtype) * reach  # of the square: both norms and twice the product
    size = size_of(mid(found))
    more = torch.minimum(off / size, off.sqrt())
    return ball(mid(found), (found.rad if isinstance(found, TracedBall) else 0.0) + more)


def slopes(difference: Any, distance: Any, p: float) -> Any:
    """d |v|_p / dv_k = sign(v_k) (|v_k| / |v|_p)^(p - 1); 0 where the distance is 0."""
    there = mid(distance) > 0
    distance = torch.where(there, distance, 1.0)
    if p == 1:
        found = difference.sign()
    elif p == 2:
        found = difference / distance
    elif p == inf:
        found = torch.where(difference.abs() == distance, difference.sign(), 0.0)
    else:
        share = (difference.abs() / distance).pow(p - 1)
        found = torch.where(mid(difference) == 0, 0.0, difference.sign() * share)
    return torch.where(there, found, 0.0)


@rule(aten._cdist_backward)
def cdist_backward(g: Any, x: Any, y: Any, p: float, distance: Any) -> Any:
    if p == 0 or not mid(g).numel():
        return ball(torch.zeros(x.shape, dtype=x.dtype), None)
    by = slopes(x.unsqueeze(-2) - y.unsqueeze(-3), distance.unsqueeze(-1), p)
    return (g.unsqueeze(-1) * by).sum(-2)


def pairs(x: Any) -> tuple[Tensor, Tensor]:
    first, second = torch.triu_indices(x.shape[0], x.shape[0], 1)
    return first, second


@rule(aten._pdist_forward)
def pdist(x: Any, p: float = 2) -> Any:
    first, second = pairs(x)
    return norm(x[first] - x[second], p)


@rule(aten._pdist_backward)
def pdist_backward(g: Any, x: Any, p: float, distance: Any) -> Any:
    if p == 0 or not mid(g).numel():
        return ball(torch.zeros(x.shape, dtype=x.dtype), None)
    first, second = pairs(x)
    by = g.unsqueeze(-1) * slopes(x[first] - x[second], distance.unsqueeze(-1), p)
    zero = ball(torch.zeros(x.shape, dtype=x.dtype), None)
    return zero.index_add(0, first, by).index_add(0, second, -by)
