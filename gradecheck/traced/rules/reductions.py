"""Sums, means, largest and smallest: any order of adding up is right."""

from __future__ import annotations

from math import inf
from typing import Any

import torch
from torch import Tensor

from gradecheck.traced.ball import TINY, TracedBall, size_of
from gradecheck.traced.memory import Terms
from gradecheck.traced.rounding import FLOOR, added_up, ball, finite, gamma, held, room, rounded
from gradecheck.traced.rules.arithmetic import div, mul, sub
from gradecheck.traced.rules.operands import as_real, whole
from gradecheck.traced.table import rule

aten = torch.ops.aten
prims = torch.ops.prims


def axes(x: Any, dim: Any) -> list[int]:
    """The axes that are added up; all where none is named."""
    if isinstance(dim, int):
        dim = [dim]
    if dim is None or len(dim) == 0:
        return list(range(x.dim()))
    return [d % x.dim() if x.dim() else 0 for d in dim]


def count(x: Any, dim: list[int]) -> int:
    n = 1
    for d in dim:
        n *= x.shape[d] if x.dim() else 1
    return n


@rule(aten.sum.dim_IntList, prims.sum)
def total(a: TracedBall, dim: Any = None, keepdim: bool = False, dtype: Any = None, output_dtype: Any = None) -> Any:
    """Any order of n terms is within gamma_(n-1) of the sum of their sizes. What is a sum itself has more terms."""
    where = axes(a, dim)
    value = torch.sum(a.mid, where, keepdim, dtype=dtype)
    if not value.is_floating_point():
        return whole(value, *_unsure(a, where, keepdim))
    return _added(as_real(a, value), value, where, keepdim, count(a.mid, where) - 1, 1.0)


def _unsure(a: TracedBall, where: list[int], keepdim: bool) -> list[TracedBall]:
    """Of whole numbers: a sum is unsure where one of its terms is."""
    if a.exact:
        return []
    rad = torch.sum(a.rad, where, keepdim)
    return [ball(rad, rad)]


def _added(a: TracedBall, value: Tensor, where: list[int], keepdim: bool, roundings: int, share: float) -> TracedBall:
    """The ball of a sum of terms times a share. Where no term is below 0, it is the sum of their sizes itself."""
    own = gamma(roundings, value.dtype)
    size, rad = a.magnitude, None if a.exact else a.rad
    positive = size is a.mid
    if rad is None:
        moved, factor = (value, own / share) if positive else (torch.sum(size, where, keepdim), own)
    else:
        moved, factor = torch.sum(rad if positive else torch.add(rad, size, alpha=own), where, keepdim), 1 + own
        if positive:
            moved.add_(value, alpha=own / share)
    sizes = moved
    factor *= share * room(own, value.dtype)
    moved = moved * held(factor, value.dtype) if share == 1 else torch.add(FLOOR[value.dtype], moved, alpha=factor)

    def terms() -> Tensor:
        """Asked for where something is added to this sum."""
        if positive:
            return value + moved
        every = sizes if rad is None else torch.sum(size + rad, where, keepdim)
        return every if share == 1 else every * share

    top = count(a.mid, where) * a.top() * share * (1 + own) ** 2
    late = Terms(terms, roundings, of=(a.memory,))
    return added_up(value, moved, lambda: _all(finite(a), where, keepdim), late, top=top)


def _all(x: torch.Tensor, dim: list[int], keepdim: bool) -> torch.Tensor:
    return torch.amin(x, dim, keepdim) if x.numel() else torch.sum(x, dim, keepdim) == 0


@rule(aten.sum.default)
def total_of_all(a: TracedBall, dtype: Any = None) -> Any:
    return total(a, None, False, dtype)


@rule(aten.mean.dim)
def mean(a: TracedBall, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    """A sum of n terms, each of which or all of which are divided by n: one more rounding of their sizes."""
    where = axes(a, dim)
    n = count(a.mid, where)
    if not n:
        return div(total(a, dim, keepdim, dtype), 0.0)
    return _added(a, torch.mean(a.mid, where, keepdim, dtype=dtype), where, keepdim, n, 1 / n)


@rule(aten.mean.default)
def mean_of_all(a: TracedBall, dtype: Any = None) -> Any:
    return mean(a, None, False, dtype)


@rule(aten.var.correction)
def var(a: TracedBall, dim: Any = None, correction: Any = 1, keepdim: bool = False) -> Any:
    where = axes(a, dim)
    off = sub(a, mean(a, where, True))
    n = count(a.mid, where) - (1 if correction is None else correction)
    return div(total(mul(off, off), where, keepdim), float(max(n, 0)))


@rule(prims.var)
def prims_var(a: TracedBall, dims: Any, correction: Any = 1, output_dtype: Any = None) -> Any:
    return var(a, dims, correction)


@rule(aten.var_mean.correction)
def var_mean(a: TracedBall, dim: Any = None, correction: Any = 1, keepdim: bool = False) -> Any:
    return var(a, dim, correction, keepdim), mean(a, axes(a, dim), keepdim)


@rule(aten.cumsum)
def cumsum(a: TracedBall, dim: int, dtype: Any = None) -> Any:
    value = torch.cumsum(a.mid, dim, dtype=dtype)
    if not value.is_floating_point():
        return value if a.exact else ball(value, torch.where(torch.cummax(a.rad, dim).values > 0, inf, 0.0))
    n = a.mid.shape[dim] if a.dim() else 1
    own = gamma(n - 1, value.dtype)
    sizes = torch.cumsum(size_of(a.mid) + a.rad, dim)
    moved = torch.add(torch.cumsum(a.rad, dim), sizes, alpha=own).mul_(room(own, value.dtype))
    return added_up(value, moved, lambda: torch.cumprod(finite(a), dim).bool(), Terms(sizes, n - 1))


@rule(aten.prod.dim_int)
def product(a: TracedBall, dim: Any, keepdim: bool = False, dtype: Any = None) -> Any:
    """prod(|a| + r) - prod |a|, and a rounding for each factor but one (Higham 3.1, lemma 3.1).

    A partial product that underflows is off by the smallest normal number, times all factors above 1 at most.
    """
    value = torch.prod(a.mid, dim, keepdim, dtype=dtype)
    if not value.is_floating_point():
        return value
    n = a.mid.shape[dim] if a.dim() else 1
    size = size_of(a.mid)
    wide = torch.prod(size + a.rad, dim, keepdim)
    own = gamma(n, value.dtype)
    moved = wide * (own if a.exact else 3 * own) + (0.0 if a.exact else wide - torch.prod(size, dim, keepdim))
    reach = torch.prod((size + a.rad).clamp_min(1.0), dim, keepdim)
    return rounded(value, (moved, reach * (n * TINY[value.dtype])), lambda: _all(finite(a), [dim], keepdim), 0.0)


@rule(aten.prod.default)
def product_of_all(a: TracedBall, dtype: Any = None) -> Any:
    flat = TracedBall(a.mid.reshape(-1), None if a.exact else a.rad.reshape(-1))
    return product(flat, 0, dtype=dtype)


@rule(prims.prod)
def product_over(a: TracedBall, dims: Any, output_dtype: Any = None) -> Any:
    for dim in sorted(axes(a, dims), reverse=True):
        a = product(a, dim)
    return a


@rule(aten.amax)
def amax(a: TracedBall, dim: Any = (), keepdim: bool = False) -> Any:
    """The largest moves by no more than the element that moves most."""
    return _extreme(torch.amax, a, dim, keepdim)


@rule(aten.amin)
def amin(a: TracedBall, dim: Any = (), keepdim: bool = False) -> Any:
    return _extreme(torch.amin, a, dim, keepdim)


def _extreme(f: Any, a: TracedBall, dim: Any, keepdim: bool) -> Any:
    where = axes(a, dim)
    return ball(f(a.mid, where, keepdim), None if a.exact else torch.amax(a.rad, where, keepdim), top=a.memory.top)


@rule(aten.max.default)
def largest(a: TracedBall) -> Any:
    return amax(a)


@rule(aten.min.default)
def smallest(a: TracedBall) -> Any:
    return amin(a)
