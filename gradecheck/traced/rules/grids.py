"""Sampling at the places of a grid: interpolation whose places are numbers themselves.

A place is off by what the grid moved it, and by a few u of it. Between neighbours a result moves by no more than that
times the largest number of its plane; what jumps (the nearest neighbour, the slope at the border of a cell) is unsure.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, Final

import torch
from torch import Tensor

from gradecheck.traced.ball import UNIT, TracedBall, mid
from gradecheck.traced.rounding import finite, gamma, rounded
from gradecheck.traced.rules.resampling import CUBIC, CUBIC_SLOPE, PLACE
from gradecheck.traced.table import enter_all

aten = torch.ops.aten

BILINEAR, NEAREST, BICUBIC = 0, 1, 2
ZEROS, REFLECTION = 0, 2
WEIGHTS: Final = {BILINEAR: 1.0, NEAREST: 1.0, BICUBIC: CUBIC}
SLOPES: Final = {BILINEAR: 2.0, NEAREST: 0.0, BICUBIC: CUBIC_SLOPE}
ROUNDINGS: Final = 24
"""Of a weight and of the sum of at most sixteen products."""


def radius(x: Any) -> Tensor:
    if isinstance(x, TracedBall) and not x.exact:
        return x.rad.double()
    return torch.zeros(x.shape, dtype=torch.float64)


class Places:
    """Where the grid points, and how far that may be off: (N, 1, ..., axes)."""

    def __init__(self, x: Any, grid: Any, mode: int, padding: int, align: bool) -> None:
        self.axes = grid.shape[-1]
        sizes = torch.tensor(list(reversed(x.shape[-self.axes :])), dtype=torch.float64)
        place = mid(grid).double() + 1
        self.unit = (sizes - 1) / 2 if align else sizes / 2
        self.at = (place * self.unit if align else place * self.unit - 0.5).unsqueeze(1)
        rounding = PLACE * UNIT[grid.dtype] * (sizes + 1) * (1 + place.abs())
        self.off = (radius(grid) * self.unit + rounding).unsqueeze(1)
        self.mode, self.padding = mode, padding

    def near(self, fraction: float) -> Tensor:
        """Whether a place may be on either side of a whole number and that fraction."""
        beside = (self.at - fraction - (self.at - fraction).round()).abs()
        unsure: Tensor = (beside <= self.off).any(-1)
        return unsure

    def shift(self) -> Tensor:
        """How far a result moves for a plane whose largest number is 1."""
        if self.mode == NEAREST:
            return torch.where(self.near(0.5), 2.0, 0.0)
        moved: Tensor = SLOPES[self.mode] * self.off.sum(-1)
        return moved


def planes(x: Tensor, axes: int) -> Tensor:
    """The largest of each plane, where the others of it stood."""
    return x.flatten(-axes).amax(-1).reshape(*x.shape[:-axes], *[1] * axes)


def sampler(f: Any) -> Callable[..., Any]:
    def ruled(x: Any, grid: Any, mode: int, padding: int, align: bool) -> Any:
        value = f(mid(x), mid(grid), mode, padding, align)
        if not value.numel():
            return value
        places, axes = Places(x, grid, mode, padding, align), grid.shape[-1]
        top = planes(mid(x).double().abs() + radius(x), axes)
        moved = places.shift() * top + WEIGHTS[mode] * planes(radius(x), axes)
        if mode != NEAREST:
            moved = moved + WEIGHTS[mode] * gamma(ROUNDINGS, value.dtype) * top
        return rounded(value, (moved.to(_like(value)),), lambda: torch.isfinite(top) & finite(grid).all())

    return ruled


def _like(value: Tensor) -> torch.dtype:
    return torch.float64 if value.dtype == torch.float64 else torch.float32


def back(f: Any) -> Callable[..., Any]:
    def ruled(g: Any, x: Any, grid: Any, mode: int, padding: int, align: bool, mask: Any) -> Any:
        by_x, by_grid = f(mid(g), mid(x), mid(grid), mode, padding, align, mask)
        places = Places(x, grid, mode, padding, align)
        size, rad = mid(g).double().abs() + radius(g), radius(g)
        return (
            _by_x(by_x, size, rad, places) if mask[0] else by_x,
            _by_grid(by_grid, size, rad, x, places) if mask[1] else by_grid,
        )

    return ruled


def _by_x(value: Tensor, size: Tensor, rad: Tensor, places: Places) -> TracedBall:
    """Every upstream number is shared out by the weights of its place: their sum bounds what reaches any one number."""
    weight = WEIGHTS[places.mode]
    n = size[0, 0].numel()
    moved = (size * places.shift() + weight * (rad + gamma(n + ROUNDINGS, value.dtype) * size)).flatten(2).sum(-1)
    moved = moved.reshape(*moved.shape, *[1] * places.axes)
    return rounded(value, (moved.to(_like(value)).expand(value.shape),), lambda: torch.isfinite(moved))


def _by_grid(value: Tensor, size: Tensor, rad: Tensor, x: Any, places: Places) -> TracedBall:
    """The slope along an axis, summed over the channels: of bilinear sampling it jumps from cell to cell."""
    if places.mode == NEAREST:
        return rounded(value, (), lambda: torch.isfinite(value))
    top, brought = (planes(t, places.axes) for t in (mid(x).double().abs() + radius(x), radius(x)))
    slope = SLOPES[places.mode]
    smooth = slope * gamma(ROUNDINGS + size.shape[1], value.dtype) + slope * slope * places.off.sum(-1)
    jumps = torch.zeros_like(smooth, dtype=torch.bool)
    if places.mode == BILINEAR or places.padding != ZEROS:
        jumps = places.near(0.0)
    if places.padding == REFLECTION:
        jumps = jumps | places.near(0.5)
    moved = size * top * torch.where(jumps, 2 * slope, smooth) + slope * (rad * top + size * brought)
    moved = moved.sum(1).unsqueeze(-1) * places.unit
    moved = torch.where(torch.isnan(moved), inf, moved).to(_like(value))
    return rounded(value, (moved,), lambda: torch.isfinite(moved))


for name in ("grid_sampler_2d", "grid_sampler_3d"):
    enter_all(getattr(aten, name), sampler(getattr(aten, name)))
    enter_all(getattr(aten, f"{name}_backward"), back(getattr(aten, f"{name}_backward")))
