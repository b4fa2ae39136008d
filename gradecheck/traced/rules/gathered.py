"""Numbers put where an index says and reduced there: added up, multiplied, averaged, the largest, the smallest."""

from __future__ import annotations

from functools import partial
from math import inf
from typing import Any

import torch
from torch import Tensor

from gradecheck.traced.ball import TINY, UNIT, TracedBall, mid, parts, radius_dtype, size_of
from gradecheck.traced.rounding import ball, finite, gamma, rounded
from gradecheck.traced.rules.arithmetic import div
from gradecheck.traced.rules.choices import truth, unsure_of
from gradecheck.traced.rules.distances import norm
from gradecheck.traced.rules.indexing import index_put, nothing_said, piled
from gradecheck.traced.rules.structure import filled, move
from gradecheck.traced.table import RULES, enter_all, rule

aten = torch.ops.aten


def radius(x: Any, like: Tensor) -> Tensor:
    own = parts(x, like)[1]
    return torch.zeros_like(size_of(mid(x))) if own is None else torch.as_tensor(own).expand(x.shape)


def reduced(f: Any, a: Any, source: Any, how: str, include_self: bool) -> Any:
    """The rule of f(a, source, how, include_self), which reduces numbers of source into places of a."""
    value = f(mid(a), mid(source), how, include_self)
    if not value.is_floating_point():
        return value
    size_a, size_b = size_of(mid(a)), size_of(mid(source))
    rad_a, rad_b = radius(a, value), radius(source, value)
    fallen = f(torch.zeros_like(size_a), torch.ones_like(size_b), "sum", True)
    n = int(fallen.amax()) if fallen.numel() else 0
    tame = lambda: f(_wild(a, size_a), _wild(source, size_b), "sum", True) == 0  # noqa: E731
    if how in ("amin", "amax"):
        return ball(value, f(rad_a, rad_b, "amax", include_self))
    if how == "prod":
        wide = f(size_a + rad_a, size_b + rad_b, how, include_self)
        moved = wide * (3 * gamma(n + 1, value.dtype)) + (wide - f(size_a, size_b, how, include_self))
        return rounded(value, (moved + n * TINY[value.dtype],), tame, 0.0)
    sizes = f(size_a + rad_a, size_b + rad_b, how, include_self)  # a mean of sizes bounds a mean, as a sum does a sum
    moved = f(rad_a, rad_b, how, include_self) + sizes * gamma(n + 2, value.dtype)
    return rounded(value, (moved,), tame)


def _wild(x: Any, size: Tensor) -> Tensor:
    return (~torch.as_tensor(finite(x))).to(size.dtype).expand(size.shape)


@rule(aten.scatter_reduce)
def scatter_reduce(a: Any, dim: int, index: Any, source: Any, reduce: str, *, include_self: bool = True) -> Any:
    def f(x: Tensor, y: Tensor, how: str, own: bool) -> Tensor:
        return torch.scatter_reduce(x, dim, mid(index), y, how, include_self=own)

    return reduced(f, a, source, reduce, include_self)


@rule(aten.index_reduce)
def index_reduce(a: Any, dim: int, index: Any, source: Any, reduce: str, *, include_self: bool = True) -> Any:
    def f(x: Tensor, y: Tensor, how: str, own: bool) -> Tensor:
        if how == "sum":
            return torch.index_add(x if own else x.index_fill(dim, mid(index), 0.0), dim, mid(index), y)
        return torch.index_reduce(x, dim, mid(index), y, how, include_self=own)

    return reduced(f, a, source, reduce, include_self)


enter_all(aten.scatter.src, partial(move, aten.scatter.src))


@rule(aten.scatter.value)
def scatter_value(a: Any, dim: int, index: Any, value: Any) -> Any:
    return RULES[aten.scatter.src](a, dim, index, filled(torch.full(mid(index).shape, value, dtype=a.dtype), value))


@rule(aten.scatter.reduce)
def scatter_by(a: Any, dim: int, index: Any, source: Any, *, reduce: str) -> Any:
    return scatter_reduce(a, dim, index, source, {"add": "sum", "multiply": "prod"}[reduce])


@rule(aten.scatter.value_reduce)
def scatter_value_by(a: Any, dim: int, index: Any, value: Any, *, reduce: str) -> Any:
    return scatter_by(a, dim, index, filled(torch.full(mid(index).shape, value, dtype=a.dtype), value), reduce=reduce)


@rule(aten.put)
def put(a: Any, index: Any, source: Any, accumulate: bool = False) -> Any:
    def f(x: Tensor, y: Tensor) -> Tensor:
        return torch.put(x, mid(index), y, accumulate)

    if accumulate:
        return piled(f, a, source)
    value = f(mid(a), mid(source))
    return ball(value, f(radius(a, value), radius(source, value)))


@rule(aten.unique_consecutive)
def unique_consecutive(a: TracedBall, *args: Any, **keywords: Any) -> Any:
    value, *others = aten.unique_consecutive(a.mid, *args, **keywords)
    return ball(value, None) if a.exact else nothing_said(value), *others


@rule(aten._unique2)
def unique(a: TracedBall, *args: Any, **keywords: Any) -> Any:
    value, *others = aten._unique2(a.mid, *args, **keywords)
    return ball(value, None) if a.exact else nothing_said(value), *others


@rule(aten.unique_dim)
def unique_dim(a: TracedBall, *args: Any, **keywords: Any) -> Any:
    value, *others = aten.unique_dim(a.mid, *args, **keywords)
    return ball(value, None) if a.exact else nothing_said(value), *others


@rule(aten.histc)
def histc(a: TracedBall, bins: int = 100, min: Any = 0, max: Any = 0) -> Any:
    """Counts, which are whole; a number that rounding may take over an edge may count in either of two bins."""
    value = torch.histc(a.mid, bins, min, max)
    low, high = float(min), float(max)
    if low == high and a.numel():
        low, high = a.mid.amin().item(), a.mid.amax().item()
    if low == high:
        low, high = low - 1, high + 1
    per_unit = bins / (high - low)
    place = (a.mid.double() - low) * per_unit
    off = radius(a, value).double() * per_unit + (bins + 1) * 8 * torch.finfo(a.dtype).eps
    edge = place.round()
    near = ((place - edge).abs() <= off) & (edge >= 0) & (edge <= bins) & ((place != edge) | (off > 1e-3))
    unsure = torch.zeros(bins, dtype=torch.float64)
    for beside in (edge[near] - 1, edge[near]):
        unsure.index_add_(0, beside.clamp(0, bins - 1).long(), torch.ones_like(beside))
    return ball(value, unsure.to(radius_dtype(value)))


@rule(aten.embedding_renorm)
def embedding_renorm(weight: Any, indices: Tensor, longest: float, p: float) -> Any:
    """Rows that are used and longer than that are made that long: times longest / (norm + 1e-7)."""
    used = torch.unique(mid(indices))
    rows = weight[used]
    length = norm(rows, p).unsqueeze(-1)
    shorter = RULES[aten.where.self](length > longest, rows * (longest / (length + 1e-7)), rows)
    return index_put(weight, [used], shorter)


def bags(indices: Tensor, offsets: Tensor, last: bool) -> Tensor:
    """The bag of each index."""
    starts = offsets[:-1] if last else offsets
    marks = torch.zeros(len(indices) + 1, dtype=torch.long).index_add_(0, starts, torch.ones_like(starts))
    return marks.cumsum(0)[:-1] - 1


@rule(aten._embedding_bag, aten._embedding_bag_forward_only)
def embedding_bag(
    weight: Any,
    indices: Tensor,
    offsets: Tensor,
    scale_grad_by_freq: bool = False,
    mode: int = 0,
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int = -1,
) -> Any:
    """Sums (0), means (1) or largest numbers (2) of rows, a bag of them each."""
    per = mid(per_sample_weights)
    told = (scale_grad_by_freq, mode, sparse, per, include_last_offset, padding_idx)
    value, bag, size, places = aten._embedding_bag(mid(weight), indices, offsets, *told)
    kept = indices != padding_idx
    which = bags(indices, offsets, include_last_offset)[kept].long()
    rows = weight[indices[kept]]
    if per_sample_weights is not None:
        rows = rows * per_sample_weights[kept].unsqueeze(-1)
    found: Any = ball(torch.zeros_like(value), None)
    if mode == 2:
        rads = rows.rad if isinstance(rows, TracedBall) else torch.zeros(rows.shape)
        found = ball(value, torch.zeros(value.shape).index_reduce(0, which, rads.float(), "amax"))
        unsure = None if weight.exact else found.rad > 0
        return found, bag, size, truth(places, unsure)
    found = found.index_add(0, which, rows)
    if mode == 1:
        counts = torch.zeros(len(value)).index_add(0, which, torch.ones(len(which))).clamp_min(1.0)
        found = div(found, counts.to(value.dtype).unsqueeze(-1))
    return found, bag, size, places


@rule(aten._embedding_bag_dense_backward)
def embedding_bag_backward(
    g: Any,
    indices: Tensor,
    bag: Tensor,
    size: Tensor,
    places: Any,
    n: int,
    scale: bool,
    mode: int,
    per_sample_weights: Any = None,
    padding_idx: int = -1,
) -> Any:
    """Every row gets the upstream numbers of its bags, in any order."""
    if unsure_of(places) is not None:
        return nothing_said(torch.zeros(n, g.shape[-1], dtype=g.dtype))

    def f(x: Tensor, y: Tensor) -> Tensor:
        per = None if per_sample_weights is None else size_of(mid(per_sample_weights)).to(y.dtype)
        told = (n, scale, mode, per, padding_idx)
        result: Tensor = x + aten._embedding_bag_dense_backward(y, indices, bag, size, mid(places), *told)
        return result

    zero = torch.zeros((), dtype=g.dtype)
    told = (n, scale, mode, mid(per_sample_weights), padding_idx)
    value = aten._embedding_bag_dense_backward(mid(g), indices, bag, size, mid(places), *told)
    sizes = f(zero.to(radius_dtype(value)), size_of(mid(g)))
    moved = sizes * gamma(len(indices) + 2, value.dtype) + f(zero.to(radius_dtype(value)), radius(g, value))
    return rounded(value, (moved,), lambda: torch.isfinite(sizes))


@rule(aten._embedding_bag_backward)
def embedding_bag_any_backward(
    g: Any,
    indices: Tensor,
    offsets: Tensor,
    bag: Tensor,
    size: Tensor,
    places: Any,
    n: int,
    scale: bool,
    mode: int,
    sparse: bool,
    per_sample_weights: Any = None,
    padding_idx: int = -1,
) -> Any:
    which = bag if len(bag) == len(indices) else bags(indices, offsets, False)
    return embedding_bag_backward(g, indices, which, size, places, n, scale, mode, per_sample_weights, padding_idx)


@rule(aten._embedding_bag_per_sample_weights_backward)
def embedding_bag_weights_backward(
    g: Any, weight: Any, indices: Tensor, offsets: Tensor, bag: Tensor, mode: int, padding_idx: int = -1
) -> Any:
    """Of each index: its row times the upstream row of its bag."""
    which = bag if len(bag) == len(indices) else bags(indices, offsets, False)
    every = (g[which.long()] * weight[indices]).sum(-1)
    return RULES[aten.where.ScalarOther](indices != padding_idx, every, 0.0)


@rule(aten._trilinear)
def trilinear(a: Any, b: Any, c: Any, expand_a: Any, expand_b: Any, expand_c: Any, summed: Any, unroll: int = 1) -> Any:
    """sum a b c over some axes, each with axes of length 1 put in."""
    for axes, i in ((expand_a, 0), (expand_b, 1), (expand_c, 2)):
        for axis in sorted(axes):
            a, b, c = (x.unsqueeze(axis) if j == i else x for j, x in enumerate((a, b, c)))
    return (a * b * c).sum(list(summed)) if summed else a * b * c


@rule(aten.softshrink_backward)
def softshrink_backward(g: Any, x: Any, border: Any) -> Any:
    return RULES[aten.where.ScalarOther](RULES[aten.gt.Scalar](RULES[aten.abs.default](x), border), g, 0.0)


@rule(aten.hardshrink_backward)
def hardshrink_backward(g: Any, x: Any, border: Any) -> Any:
    return softshrink_backward(g, x, border)


@rule(aten.logcumsumexp)
def logcumsumexp(a: TracedBall, dim: int) -> Any:
    """v_k = log(e^(v_(k-1)) + e^(x_k)): a step is off by a few u of |v_k| + 1, and e^(v_k - v_n) of that is left.

    What moves x_k by r moves the sum by no more than e^(x_k) (e^r - 1).
    """
    value = torch.logcumsumexp(a.mid, dim)
    if not a.dim() or not a.numel():
        return ball(value, None if a.exact else a.rad)

    def share(x: Tensor, size: Tensor) -> Tensor:
        """The sum over the places so far of size e^(x - value), given log(size)."""
        return torch.exp(torch.logcumsumexp(x + size, dim) - v).nan_to_num(0.0, inf)

    v, x = value.double(), a.mid.double()
    moved = share(v, torch.log1p(v.abs())) * (16 * UNIT[value.dtype])
    if not a.exact:
        r = a.rad.double()
        moved = moved + share(x, torch.where(r > 1, r + torch.log1p(-torch.exp(-r)), torch.expm1(r).log()))
    return rounded(value, (moved.to(size_of(value).dtype),), lambda: torch.isfinite(a.mid), ulps=4)


@rule(aten._ctc_loss)
def ctc_loss(x: Any, targets: Any, lengths: Any, of_targets: Any, blank: int = 0, zero_infinity: bool = False) -> Any:
    """T steps of log(sum of exp): each moves by no more than the log-probabilities of that step, and is rounded."""
    value, alpha = aten._ctc_loss(mid(x), targets, lengths, of_targets, blank, zero_infinity)
    off = ctc_moved(x, value).expand(value.shape)
    return ball(value, torch.where(torch.isfinite(value), off, inf)), ball(alpha, torch.full(alpha.shape, inf))


def ctc_moved(x: Any, value: Tensor) -> Tensor:
    """How far each negative log-likelihood may be off."""
    sizes = size_of(mid(x)).nan_to_num(0.0, 0.0, 0.0)
    every = sizes.amax(-1).sum(0)
    brought = radius(x, value).amax(-1).sum(0)
    own: Tensor = (every + size_of(value).nan_to_num(0.0, 0.0, 0.0) + 1) * (16 * gamma(x.shape[0], value.dtype))
    return brought + own


@rule(aten._ctc_loss_backward)
def ctc_loss_backward(
    g: Any, x: Any, targets: Any, lengths: Any, of_targets: Any, value: Any, alpha: Any, blank: int, zero: bool = False
) -> Any:
    """g (p - q) with the probabilities p = e^x, and q <= 1 of each symbol at each step, whose logarithm is off by three
    such sums: forwards, backwards and the whole.
    """
    args = (targets, lengths, of_targets, mid(value), mid(alpha), blank, zero)
    found = aten._ctc_loss_backward(mid(g), mid(x), *args)
    off = torch.expm1(3 * ctc_moved(x, mid(value)))[..., None]
    p = torch.exp(size_of(mid(x)).neg()) + 1
    own = size_of(mid(g)) if mid(g).dim() else size_of(mid(g)).reshape(1)
    moved = own[..., None] * off * p + radius(g, found).reshape(own.shape)[..., None] * p
    return rounded(found, (moved.nan_to_num(nan=inf, posinf=inf).expand(found.shape),), lambda: torch.isfinite(found))
