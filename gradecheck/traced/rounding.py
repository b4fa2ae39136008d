"""The ball of a result: its operands moved it, and then it was rounded."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from math import inf
from typing import Any, Final

import torch
from torch import Tensor

from gradecheck.numbers import radii
from gradecheck.traced.ball import (
    ACCUMULATES,
    LARGEST,
    RADIUS,
    TINY,
    UNIT,
    TracedBall,
    largest,
    radius_dtype,
    size_of,
)
from gradecheck.traced.memory import Terms

Tame = Callable[[], Any]


@cache
def factors(dtype: torch.dtype, ulps: float = 0.5) -> tuple[float, float]:
    """Of what the operands moved, and of the result's size: (moved + w (size + moved)) times some slack."""
    own = radii.rounding(UNIT[dtype], ulps)
    slack = radii.slack(UNIT[dtype])
    return (1 + own) * slack, own * slack


ONCE: Final = {dtype: factors(dtype) for dtype in UNIT}
"""Of one rounding."""

FLOOR: Final = {dtype: torch.tensor(TINY[dtype] * radii.slack(UNIT[dtype]), dtype=RADIUS[dtype]) for dtype in UNIT}
"""What an underflow costs at most, as a tensor that sums may start from."""


@lru_cache(maxsize=1000)
def held(x: float, dtype: torch.dtype) -> Tensor:
    """A number as a tensor of the precision of radii: torch multiplies by one in half the time that a float takes."""
    return torch.tensor(x, dtype=RADIUS[dtype])


@lru_cache(maxsize=10_000)
def room(own: float, dtype: torch.dtype) -> float:
    """For the radius of a sum in which n roundings do `own`: sums of radii may be short themselves, twice at that."""
    return (1 + own) ** 2 * radii.slack(UNIT[ACCUMULATES[dtype]])


def rounded(
    mid: Tensor,
    moved: Any,
    tame: Tame,
    ulps: float = 0.5,
    *,
    share: float = 1.0,
    top: float | None = None,
    underflow: bool = True,
    size: Tensor | None = None,
    terms: Terms | None = None,
) -> TracedBall:
    """The ball of a result whose operands moved it by share * moved, one radius or several (None: not at all), rounded.

    tame says where an infinite or NaN midpoint is rounding's doing (finite operands, no pole): no verdict there. It is
    asked only where there is one, and there `moved` may be anything, so that no rule has to mind 0 times infinity.
    top: what |mid| + moved do not exceed, if that is known. size: |mid|, if that is known.
    """
    dtype = mid.dtype
    of_moved, of_size = ONCE[dtype] if ulps == 0.5 else factors(dtype, ulps)
    size = size_of(mid) if size is None else size
    rad = torch.add(FLOOR[dtype], size, alpha=of_size) if underflow else size * held(of_size, dtype)
    for part in moved if isinstance(moved, tuple) else (moved,):
        if isinstance(part, Tensor):
            rad.add_(part, alpha=share * of_moved)
        elif part is not None:
            rad.add_(held(part * (share * of_moved), dtype))
    return settled(mid, rad, tame, top=None if top is None else top * of_moved, terms=terms, size=size)


def settled(
    mid: Tensor,
    rad: Tensor,
    tame: Tame,
    *,
    top: float | None = None,
    terms: Terms | None = None,
    size: Tensor | None = None,
) -> TracedBall:
    """Near the end of the range one evaluation overflows and another does not: an infinite radius.

    top: what |mid| + rad do not exceed but for an underflow, if that is known. size: |mid|, if that is known.
    """
    if rad.stride() != mid.stride():
        rad = laid_out(rad, mid)
    limit = LARGEST[mid.dtype]
    if top is None or not top < limit / 2:
        top = largest(mid, rad)
        if not top <= limit:
            reach = size_of(mid).add_(rad)
            rad = torch.where((reach > limit) | torch.isnan(rad), inf, rad)
            rad = torch.where(torch.isfinite(mid), rad, torch.where(torch.as_tensor(tame()), inf, 0.0))
            top = inf
    return TracedBall(mid, rad, terms, top + TINY[mid.dtype], size=size)


def ball(mid: Tensor, rad: Tensor | None, terms: Terms | None = None, top: float | None = None) -> TracedBall:
    """A ball whose radius is laid out as its midpoint is, so that a view of one is a view of both."""
    if rad is not None:
        if rad.dtype != radius_dtype(mid) or rad.shape != mid.shape:
            rad = rad.to(radius_dtype(mid)).expand(mid.shape)
        if rad.stride() != mid.stride():
            rad = laid_out(rad, mid)
            if rad.stride() != mid.stride():  # mid shows one number in several places, or leaves gaps
                mid = torch.empty_like(mid).copy_(mid)
    return TracedBall(mid, rad, terms, top)


def finite(*operands: Any) -> Any:
    """Where every operand is a finite number known to finite precision, or unknown altogether."""
    tame: Any = torch.tensor(True)
    for x in operands:
        if isinstance(x, TracedBall):
            tame = tame & (torch.isfinite(x.mid) | torch.isinf(x.rad))
        elif isinstance(x, Tensor):
            tame = tame & torch.isfinite(x)
        else:
            tame = tame & (abs(x) < inf)
    return tame


@lru_cache(maxsize=10_000)
def gamma(roundings: int, dtype: torch.dtype) -> float:
    """What so many roundings in a row can do to a sum of that precision."""
    return radii.gamma(max(roundings, 0), UNIT[ACCUMULATES[dtype]])


def summed(brought: Any, sizes: Tensor, roundings: int, dtype: torch.dtype, tame: Tame) -> tuple[Tensor, Tame, Terms]:
    """What added_up takes, of a sum whose terms brought these radii (None: none) and have these sizes."""
    own = gamma(roundings, dtype)
    moved = sizes * own
    if brought is not None:
        moved.add_(brought)
    return moved.mul_(held(room(own, dtype), dtype)), tame, Terms(sizes, roundings)


def added_up(mid: Tensor, moved: Tensor, tame: Tame, terms: Terms, *, top: float | None = None) -> TracedBall:
    """The ball of a sum in any order; moved: what its terms brought, and gamma_n times their sizes, with some room.

    Half precisions are added up in float32 and rounded once. top: what no partial sum exceeds, radii included.
    """
    dtype = mid.dtype
    if top is None or not top < LARGEST[dtype] / 2:
        top = None
        if terms.sizes.numel() and not terms.sizes.amax().item() <= LARGEST[dtype]:
            moved = torch.where(terms.sizes > LARGEST[dtype], inf, moved)  # a partial sum may overflow
    if ACCUMULATES[dtype] != dtype:
        return rounded(mid, moved, tame, top=top, underflow=False, terms=terms)
    return settled(mid, moved, tame, top=top, terms=terms)


def laid_out(rad: Tensor, mid: Tensor) -> Tensor:
    """A radius in memory as its midpoint is, so that a view of one is a view of both."""
    return torch.empty_like(mid, dtype=rad.dtype).copy_(rad)
