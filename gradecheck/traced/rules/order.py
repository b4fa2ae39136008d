"""Order statistics and running ones: each moves by no more than the number of its row that moves most."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import torch
from torch import Tensor

from gradecheck.traced.ball import TINY, TracedBall, size_of
from gradecheck.traced.rounding import ball, finite, gamma, rounded
from gradecheck.traced.rules.choices import truth
from gradecheck.traced.table import enter_all, rule

aten = torch.ops.aten


def row_radius(a: TracedBall, dim: int | None, keepdim: bool) -> Tensor:
    """The largest radius of each row; of all numbers where no axis is named."""
    if dim is None or not a.dim():
        return a.rad.amax() if a.numel() else a.rad.sum()
    return torch.amax(a.rad, dim, keepdim=keepdim)


def chosen(f: Callable[..., Any]) -> Callable[..., Any]:
    """The k-th of a row's numbers is 1-Lipschitz in the largest movement; which one it is may change with any."""

    def ruled(a: TracedBall, dim: int | None = None, keepdim: bool = False) -> Any:
        found = f(a.mid) if dim is None else f(a.mid, dim, keepdim)
        value, index = (found, None) if isinstance(found, Tensor) else found
        rad = None if a.exact else row_radius(a, dim, keepdim)
        result = ball(value, rad)
        return result if index is None else (result, truth(index, None if rad is None else rad > 0))

    return ruled


for operator, f in ((aten.median, torch.median), (aten.nanmedian, torch.nanmedian)):
    enter_all(operator, chosen(f))


@rule(aten.mode)
def mode(a: TracedBall, dim: int = -1, keepdim: bool = False) -> Any:
    """The most frequent number: nobody's guess where numbers that are equal may differ."""
    value, index = torch.mode(a.mid, dim, keepdim)
    if a.exact:
        return ball(value, None), index
    unsure = row_radius(a, dim, keepdim) > 0
    return ball(value, torch.where(unsure, inf, 0.0)), truth(index, unsure)


def running(f: Callable[[Tensor, int], Any]) -> Callable[..., Any]:
    def ruled(a: TracedBall, dim: int) -> Any:
        value, index = f(a.mid, dim)
        if a.exact:
            return ball(value, None), index
        rad = torch.cummax(a.rad, dim).values
        return ball(value, rad), truth(index, rad > 0)

    return ruled


enter_all(aten.cummax, running(torch.cummax))
enter_all(aten.cummin, running(torch.cummin))


@rule(aten.cumprod)
def cumprod(a: TracedBall, dim: int, *, dtype: Any = None) -> Any:
    """prod(|a| + r) - prod |a| up to each place, and a rounding for each factor."""
    value = torch.cumprod(a.mid, dim, dtype=dtype)
    if not value.is_floating_point():
        return value if a.exact else ball(value, torch.where(torch.cummax(a.rad, dim).values > 0, inf, 0.0))
    n = a.shape[dim] if a.dim() else 1
    size = size_of(a.mid).to(size_of(value).dtype)
    wide = torch.cumprod(size if a.exact else size + a.rad, dim)
    moved = wide * (3 * gamma(n, value.dtype))
    if not a.exact:
        moved = moved + (wide - torch.cumprod(size, dim))
    tame = lambda: torch.cumprod(finite(a).to(torch.int8), dim).bool()  # noqa: E731
    return rounded(value, (moved + n * TINY[value.dtype],), tame, 0.0)
