"""Operators that move numbers about: they do to the radii what they do to the midpoints."""

from __future__ import annotations

from functools import partial
from math import inf
from typing import Any, Final

import torch
from torch import Tensor

from gradecheck.traced import errors
from gradecheck.traced.ball import UNIT, TracedBall, mid, moved_terms, radius_dtype, scalar_radius, size_of
from gradecheck.traced.rounding import ball, finite, rounded
from gradecheck.traced.rules.operands import as_real
from gradecheck.traced.table import enter_all, rule
from gradecheck.traced.trees import each

aten = torch.ops.aten
prims = torch.ops.prims

VIEWS: Final = """
    view _reshape_alias permute t transpose expand slice select unsqueeze squeeze split split_with_sizes unbind
    diagonal detach alias unfold broadcast_in_dim split_dim collapse_view view_of
"""
"""Of the same memory: what is written to one is seen in the other."""

MOVES: Final = """
    _unsafe_view clone cat stack index index_select gather take flip roll repeat select_backward
    slice_backward select_scatter slice_scatter diagonal_scatter embedding tril triu expand_copy view_copy
    reflection_pad1d reflection_pad2d reflection_pad3d replication_pad1d replication_pad2d replication_pad3d
    pixel_shuffle pixel_unshuffle masked_select rot90 fill masked_scatter im2col lift_fresh lift diag_embed
    masked_scatter_backward as_strided_scatter channel_shuffle unfold_copy permute_copy transpose_copy t_copy
"""
"""Into memory of their own."""

CONSTANTS: Final = """
    zeros_like ones_like full_like empty_like new_zeros new_ones new_full new_empty new_empty_strided
"""
"""Of the shape of a ball, with nothing of its numbers."""


def radius(x: Any) -> Any:
    """The radius in place of the number; of a number in place of a number, 0."""
    if isinstance(x, TracedBall):
        return x.rad
    if isinstance(x, Tensor) and x.is_floating_point():
        return torch.zeros_like(x, dtype=radius_dtype(x))
    return x


def _mids(x: Any) -> Any:
    return [mid(y) for y in x] if isinstance(x, list | tuple) else mid(x)


def _radii(x: Any) -> Any:
    return [radius(y) for y in x] if isinstance(x, list | tuple) else radius(x)


def _is_ball(x: Any) -> bool:
    return isinstance(x, TracedBall) or (isinstance(x, list | tuple) and any(isinstance(y, TracedBall) for y in x))


def view(operator: Any, a: TracedBall, *args: Any, **keywords: Any) -> Any:
    mids = operator(a.mid, *args, **keywords)
    if isinstance(mids, Tensor):
        return TracedBall(mids, memory=a.memory)
    return type(mids)([TracedBall(m, memory=a.memory) for m in mids])


def move(operator: Any, *args: Any, **keywords: Any) -> Any:
    """The operator on the midpoints, and on the radii. An index that is unsure leaves nothing to say."""
    values = operator(*map(_mids, args), **{k: _mids(v) for k, v in keywords.items()})
    balls = _balls(args)
    if all(x.exact for x in balls):
        return each(lambda v: ball(v, None) if isinstance(v, Tensor) and v.is_floating_point() else v, values)
    unsure = [x for x in balls if not x.exact and not x.mid.is_floating_point()]
    if unsure:
        refuse_unsure_mask(all(x.dtype != torch.bool for x in unsure))
        return each(lambda v: ball(v, torch.full(v.shape, inf)) if isinstance(v, Tensor) else v, values)
    rads = operator(*map(_radii, args), **{k: _radii(v) for k, v in keywords.items()})
    if isinstance(values, Tensor):
        return ball(values, rads, moved_terms(lambda *sizes: operator(*sizes, **keywords), *args))
    return type(values)(ball(v, r) for v, r in zip(values, rads, strict=True))


@rule(aten.nonzero)
def nonzero(a: Any) -> Any:
    """How many there are is control flow: certain only where no number may be 0 as well as not."""
    refuse_unsure_mask(a.exact or not ((a.rad > 0) & ~(size_of(a.mid) > a.rad)).any())
    return torch.nonzero(a.mid)


def refuse_unsure_mask(sure: Any) -> None:
    if not sure:
        raise errors.Unsure("selection by a mask", "true or false")


def _balls(args: Any) -> list[TracedBall]:
    return [y for x in args for y in (x if isinstance(x, list | tuple) else (x,)) if isinstance(y, TracedBall)]


def constant(operator: Any, a: Any, *args: Any, **keywords: Any) -> Any:
    value = operator(mid(a), *args, **keywords)
    return ball(value, None) if value.is_floating_point() else value


def filled(value: Tensor, number: Any) -> Any:
    """A tensor of one Python number, which may be rounded to its precision or not."""
    if not value.is_floating_point():
        return value
    rad = None if isinstance(number, Tensor) else scalar_radius(number, value.dtype)
    return ball(value, None if rad is None else torch.full_like(value, rad, dtype=radius_dtype(value)))


@rule(aten.full_like)
def full_like(a: Any, number: Any, **keywords: Any) -> Any:
    return filled(aten.full_like.default(mid(a), number, **keywords), number)


@rule(aten.new_full)
def new_full(a: Any, size: Any, number: Any, **keywords: Any) -> Any:
    return filled(aten.new_full.default(mid(a), size, number, **keywords), number)


@rule(aten.fill.Scalar)
def fill(a: Any, number: Any) -> Any:
    return filled(aten.fill.Scalar(mid(a), number), number)


for names, kind in ((VIEWS, view), (MOVES, move), (CONSTANTS, constant)):
    for name in names.split():
        for packet in (getattr(space, name, None) for space in (aten, prims)):
            for overload in packet.overloads() if packet is not None else ():
                operator = getattr(packet, overload)
                enter_all(operator, partial(kind, operator))


@rule(aten.constant_pad_nd)
def constant_pad_nd(a: Any, sizes: Any, number: Any = 0) -> Any:
    """What stands around the ball is as sure as a number of Python is."""
    if not number or not a.mid.is_floating_point():
        return move(aten.constant_pad_nd.default, a, sizes, number)
    value, around = aten.constant_pad_nd.default(a.mid, sizes, number), scalar_radius(number, a.dtype)
    if a.exact and around is None:
        return ball(value, None)
    rad = aten.constant_pad_nd.default(a.rad, sizes, around or 0.0)
    return ball(value, rad, moved_terms(lambda size: aten.constant_pad_nd.default(size, sizes, abs(number)), a))


@rule(aten.as_strided)
def as_strided(a: TracedBall, *args: Any) -> Any:
    return view(aten.as_strided.default, a, *args)


@rule(aten._to_copy)
def to_copy(a: TracedBall, dtype: Any = None, **keywords: Any) -> Any:
    """Another precision: finer is exact, coarser is one more rounding. A whole number may be unsure."""
    dtype = dtype or a.dtype
    value = aten._to_copy.default(a.mid, dtype=dtype)
    if dtype in UNIT:
        if not a.mid.is_floating_point():
            return as_real(a, value)
        if UNIT[dtype] <= UNIT[a.dtype]:
            terms = moved_terms(torch.clone, a) if dtype == a.dtype else None
            return ball(value, None if a.exact else a.rad.clone(), terms)
        return rounded(value, (None if a.exact else a.rad.to(radius_dtype(value)),), lambda: finite(a))
    if not a.mid.is_floating_point():
        return value if a.exact else ball(value, a.rad)
    if dtype.is_complex:
        raise errors.Complex("aten::_to_copy")
    low, high = (a.mid - a.rad).to(dtype), (a.mid + a.rad).to(dtype)
    unsure = (low != high) | (low != value)
    return value if not unsure.any() else ball(value, torch.where(unsure, inf, 0.0))


@rule(prims.convert_element_type)
def convert_element_type(a: TracedBall, dtype: Any) -> Any:
    return to_copy(a, dtype)


@rule(aten.copy_)
def copy_(a: Any, b: Any, non_blocking: bool = False) -> Any:
    if not isinstance(a, TracedBall):
        raise errors.Overwritten("aten::copy_")
    return a.write(b if mid(b).dtype == a.dtype or not isinstance(b, TracedBall) else to_copy(b, a.dtype))


@rule(aten.copy)
def copy(a: Any, b: Any, non_blocking: bool = False) -> Any:
    return copy_(
        aten.empty_like.default(mid(a)) if not isinstance(a, TracedBall) else constant(aten.empty_like.default, a), b
    )


@rule(aten._local_scalar_dense)
def item(a: TracedBall) -> Any:
    """The number itself: certain only where rounding cannot change it."""
    if not a.exact and a.rad.item() != 0:
        if a.dtype is torch.bool:
            raise errors.Unsure("control flow by a comparison", "true or false")
        raise errors.Unsure("control flow by a number", f"{a.mid.item():.9g}, give or take {a.rad.item():.2g}")
    return a.mid.item()


@rule(aten.is_same_size)
def is_same_size(a: Any, b: Any) -> bool:
    return bool(a.shape == b.shape)


@rule(aten.equal)
def equal(a: Any, b: Any) -> bool:
    if not all(x.exact for x in (a, b) if isinstance(x, TracedBall)):
        raise errors.Unsure("control flow by torch.equal", "true or false")
    return torch.equal(mid(a), mid(b))
