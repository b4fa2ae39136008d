"""Numbers chosen by their order or put where an index says; what falls on one place is added up in any order."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import torch
from torch import Tensor

from gradecheck.traced.ball import TracedBall, mid, moved_terms, parts, size_of
from gradecheck.traced.memory import Terms
from gradecheck.traced.rounding import added_up, ball, finite, summed
from gradecheck.traced.rules.choices import truth, unsure_of
from gradecheck.traced.rules.operands import terms_of
from gradecheck.traced.rules.reductions import amax, amin
from gradecheck.traced.table import rule

aten = torch.ops.aten


def _contested(a: TracedBall, dim: int, keepdim: bool, sign: int) -> Any:
    """Where another element may be the largest (sign 1) or smallest (-1) as well."""
    if a.exact or not a.dim():
        return None
    reach = sign * a.mid + a.rad
    at_least = torch.amax(sign * a.mid - a.rad, dim, keepdim=True)
    rivals = (reach >= at_least).sum(dim, keepdim=keepdim)
    return (rivals > 1) & (torch.amax(a.rad, dim, keepdim=keepdim) > 0)


@rule(aten.max.dim)
def max_along(a: TracedBall, dim: int, keepdim: bool = False) -> Any:
    index = torch.max(a.mid, dim, keepdim).indices
    return amax(a, dim, keepdim), truth(index, _contested(a, dim, keepdim, 1))


@rule(aten.min.dim)
def min_along(a: TracedBall, dim: int, keepdim: bool = False) -> Any:
    index = torch.min(a.mid, dim, keepdim).indices
    return amin(a, dim, keepdim), truth(index, _contested(a, dim, keepdim, -1))


@rule(aten.argmax)
def argmax(a: TracedBall, dim: Any = None, keepdim: bool = False) -> Any:
    return _arg(torch.argmax, a, dim, keepdim, 1)


@rule(aten.argmin)
def argmin(a: TracedBall, dim: Any = None, keepdim: bool = False) -> Any:
    return _arg(torch.argmin, a, dim, keepdim, -1)


def _arg(f: Callable[..., Tensor], a: TracedBall, dim: Any, keepdim: bool, sign: int) -> Any:
    value = f(a.mid, dim, keepdim)
    if dim is None:
        flat = TracedBall(a.mid.reshape(-1), None if a.exact else a.rad.reshape(-1))
        contested = _contested(flat, 0, False, sign)
        return truth(value, None if contested is None else contested.reshape(value.shape))
    return truth(value, _contested(a, dim, keepdim, sign))


def _ordered(a: TracedBall, values: Tensor, index: Tensor, dim: int) -> Any:
    """Each order statistic moves by no more than the element of its row that moves most (it is 1-Lipschitz)."""
    if a.exact or not a.dim():
        return ball(values, None if a.exact else a.rad), index
    rad = torch.amax(a.rad, dim, keepdim=True) if a.numel() else a.rad
    every = torch.sort(a.mid, dim).values
    close = (torch.diff(every, dim=dim).abs() <= 2 * rad).any(dim, keepdim=True)
    return ball(values, rad.expand(values.shape)), truth(index, (close & (rad > 0)).expand(index.shape))


@rule(aten.sort.default)
def sort(a: TracedBall, dim: int = -1, descending: bool = False) -> Any:
    return _ordered(a, *torch.sort(a.mid, dim, descending), dim)


@rule(aten.sort.stable)
def sort_stable(a: TracedBall, *, stable: Any = None, dim: int = -1, descending: bool = False) -> Any:
    return _ordered(a, *torch.sort(a.mid, stable=stable, dim=dim, descending=descending), dim)


@rule(aten.topk)
def topk(a: TracedBall, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    return _ordered(a, *torch.topk(a.mid, k, dim, largest, sorted), dim)


@rule(aten.kthvalue)
def kthvalue(a: TracedBall, k: int, dim: int = -1, keepdim: bool = False) -> Any:
    values, index = _ordered(a, *torch.kthvalue(a.mid, k, dim, True), dim)
    return (values, index) if keepdim or not a.dim() else (values.squeeze(dim), index.squeeze(dim))


def piled(f: Callable[[Any, Any], Tensor], a: Any, source: Any) -> TracedBall:
    """The rule of f(a, source), which adds numbers of source to places of a, in any order."""
    value = f(mid(a), mid(source))
    (x, rad_a), (y, rad_b) = parts(a, value), parts(source, value)
    size_a, size_b = size_of(x), size_of(y)
    brought = None
    if rad_a is not None or rad_b is not None:
        rad_a = torch.zeros_like(size_a) if rad_a is None else rad_a
        rad_b = torch.zeros_like(size_b) if rad_b is None else rad_b
        brought, size_a, size_b = f(rad_a, rad_b), size_a + rad_a, size_b + rad_b
    of_a, of_b = (of or Terms(size, 0) for of, size in ((terms_of(a), size_a), (terms_of(source), size_b)))
    fallen = f(torch.zeros_like(size_a), torch.ones_like(size_b))
    wild = f((~finite(a)).to(fallen.dtype), (~finite(source)).to(fallen.dtype))
    n = int(fallen.amax()) if fallen.numel() else 0
    n = of_a.roundings + n * (of_b.roundings + 1)
    return added_up(value, *summed(brought, f(of_a.sizes, of_b.sizes), n, value.dtype, lambda: wild == 0))


@rule(aten.index_put)
def index_put(a: Any, indices: Any, values: Any, accumulate: bool = False) -> Any:
    if any(unsure_of(i) is not None for i in indices):
        return nothing_said(aten.index_put(mid(a), [mid(i) for i in indices], mid(values), accumulate))
    indices = [mid(i) for i in indices]
    if accumulate:
        return piled(lambda x, y: aten.index_put(x, indices, y, True), a, values)
    value = aten.index_put(mid(a), indices, mid(values))
    rad_a, rad_b = parts(a, value)[1], parts(values, value)[1]
    if rad_a is rad_b is None:
        return ball(value, None)
    rad_a = torch.zeros_like(size_of(mid(a))) if rad_a is None else rad_a
    rad_b = torch.zeros_like(size_of(mid(values))) if rad_b is None else rad_b
    terms = moved_terms(lambda x, y: aten.index_put(x, indices, y), a, values)
    return ball(value, aten.index_put(rad_a, indices, rad_b), terms)


@rule(aten._unsafe_index_put)
def unsafe_index_put(a: Any, indices: Any, values: Any, accumulate: bool = False) -> Any:
    return index_put(a, indices, values, accumulate)


def nothing_said(value: Tensor) -> TracedBall:
    """A result that rounding decides: an index may be another."""
    return ball(value, torch.full(value.shape, inf))


@rule(aten.scatter_add)
def scatter_add(a: Any, dim: int, index: Any, source: Any) -> Any:
    result = piled(lambda x, y: torch.scatter_add(x, dim, mid(index), y), a, source)
    return result if unsure_of(index) is None else nothing_said(result.mid)


@rule(aten.index_add)
def index_add(a: Any, dim: int, index: Any, source: Any, alpha: Any = 1) -> Any:
    source = source if alpha == 1 else source * alpha
    return piled(lambda x, y: torch.index_add(x, dim, mid(index), y), a, source)


@rule(aten.embedding_dense_backward)
def embedding_dense_backward(g: Any, indices: Any, n: int, padding: int, scale: bool) -> Any:
    def f(_: Any, y: Tensor) -> Tensor:
        result: Tensor = aten.embedding_dense_backward(y, indices, n, padding, scale)
        return result

    nothing = torch.zeros((), dtype=g.dtype)
    return piled(f, nothing, g)
