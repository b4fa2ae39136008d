"""The ball of a result: its operands moved it, and then it was rounded."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import inf
from typing import Any

import torch
from torch import Tensor

from gradecheck.numbers import radii
from gradecheck.traced.ball import ACCUMULATES, LARGEST, TINY, UNIT, Terms, TracedBall, parts, radius_dtype

Tame = Callable[[], Any]


@cache
def _factors(dtype: torch.dtype, ulps: float) -> tuple[float, float]:
    """Of what the operands moved, and of the result's size: moved + w (size + moved), and some slack."""
    own = radii.rounding(UNIT[dtype], ulps)
    slack = radii.slack(UNIT[dtype])
    return (1 + own) * slack, own * slack


def size_of(x: Any) -> Any:
    """|x|, in the precision of radii."""
    if not isinstance(x, Tensor):
        return abs(x)
    return x.abs() if x.dtype in (torch.float32, torch.float64) else x.to(torch.float32).abs_()


def rounded(
    mid: Tensor, moved: Any, tame: Tame, ulps: float = 0.5, underflow: bool = True, terms: Any = None
) -> TracedBall:
    """The ball of a result whose operands moved it by `moved` (None: not at all) and that was then rounded once.

    tame says where an infinite or NaN midpoint is rounding's doing (finite operands, no pole): no verdict there. It is
    asked only where there is one, and there `moved` may be anything, so that no rule has to mind 0 times infinity.
    """
    of_moved, of_size = _factors(mid.dtype, ulps)
    size = size_of(mid)
    rad = size * of_size
    if moved is not None:
        if isinstance(moved, Tensor):
            rad.add_(moved, alpha=of_moved)
        else:
            rad.add_(moved * of_moved)
    if underflow:
        rad.add_(TINY[mid.dtype] * radii.slack(UNIT[mid.dtype]))
    return settled(mid, rad, tame, size, terms)


def settled(mid: Tensor, rad: Tensor, tame: Tame, size: Tensor | None = None, terms: Any = None) -> TracedBall:
    """Near the end of the range one evaluation overflows and another does not: an infinite radius. size: |mid|."""
    if rad.numel():
        largest = LARGEST[mid.dtype]
        reach = size_of(mid).add_(rad) if size is None else size.add_(rad)
        if not reach.amax().item() <= largest:  # true of a NaN too
            rad = torch.where((reach > largest) | torch.isnan(rad), inf, rad)
            rad = torch.where(torch.isfinite(mid), rad, torch.where(torch.as_tensor(tame()), inf, 0.0))
    return ball(mid, rad, terms)


def ball(mid: Tensor, rad: Tensor | None, terms: Any = None) -> TracedBall:
    """A ball whose radius is laid out as its midpoint is, so that a view of one is a view of both."""
    if rad is not None and (rad.dtype != radius_dtype(mid) or rad.shape != mid.shape or rad.stride() != mid.stride()):
        rad = (
            mid.new_empty_strided(mid.shape, mid.stride(), dtype=radius_dtype(mid)).copy_(rad)
            if _own(mid)
            else (rad.to(radius_dtype(mid)).expand(mid.shape))
        )
    return TracedBall(mid, rad, terms)


def _own(mid: Tensor) -> bool:
    """Whether each number has its own place in memory."""
    return 0 not in mid.stride() or mid.numel() <= 1


def finite(*operands: Any) -> Any:
    """Where every operand is a finite number known to finite precision, or unknown altogether."""
    tame: Any = True
    for x in operands:
        if isinstance(x, TracedBall):
            tame = tame & (torch.isfinite(x.mid) | torch.isinf(x.rad))
        elif isinstance(x, Tensor):
            tame = tame & torch.isfinite(x)
        else:
            tame = tame & (abs(x) < inf)
    return tame


def gamma(roundings: int, dtype: torch.dtype) -> float:
    return radii.gamma(max(roundings, 0), UNIT[ACCUMULATES[dtype]])


def added_up(mid: Tensor, brought: Any, sizes: Tensor, roundings: int, tame: Tame) -> TracedBall:
    """The ball of a sum in any order: its terms brought radii `brought`, and have `sizes` altogether.

    Higham 4.2: any order of summation is within gamma of the sum of the sizes. A partial sum may overflow where the
    whole does not.
    """
    dtype = mid.dtype
    own = gamma(roundings, dtype)
    moved = sizes * (own * (1 + own))  # sizes were added up in the precision of radii, and may be short themselves
    if brought is not None:
        moved.add_(brought, alpha=1 + own)
    top = sizes.amax().item() if sizes.numel() else 0.0
    if not top <= LARGEST[dtype]:
        moved = torch.where(sizes > LARGEST[dtype], inf, moved)
    once = 0.0 if ACCUMULATES[dtype] == dtype else 0.5
    return rounded(mid, moved, tame, once, underflow=False, terms=Terms(sizes, roundings))


__all__ = ["added_up", "ball", "finite", "gamma", "parts", "rounded", "settled", "size_of"]
