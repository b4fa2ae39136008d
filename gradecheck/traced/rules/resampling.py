"""Interpolation: weights of neighbours, which depend on where a place falls between them.

A place is computed in the subject's precision, so that it is off by a few u of the number of places; between neighbours
the result moves by no more than their sizes times that (the interpolation is continuous, so that it does not matter in
which cell a place is looked for).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional

from gradecheck.traced.ball import UNIT, TracedBall, size_of
from gradecheck.traced.rounding import added_up, finite, summed
from gradecheck.traced.rules.pooling import weighted
from gradecheck.traced.table import enter_all, rule

aten = torch.ops.aten
Map = Callable[[Tensor], Tensor]

PLACE: Final = 8
"""Roundings of a place: the scale, the half, the product and the difference, twice for a step of rows and columns."""
CUBIC: Final = 1.9
"""The sum of the sizes of the sixteen weights of a cubic interpolation over two axes (A = -3/4) is at most 1.375^2."""
CUBIC_SLOPE: Final = 8.0
"""The sum of the sizes of their slopes by both places: no more than 1.375 times 2.85, twice."""


def spread(x: Tensor, reach: int, spatial: int, largest: bool) -> Tensor:
    """At each place the largest, or the sum, over all places up to `reach` beside it."""
    width = 2 * reach + 1
    lead = x.shape[: x.dim() - spatial]
    y = x.reshape(1, -1, *x.shape[x.dim() - spatial :])
    for axis in range(spatial):
        pad = [0, 0] * (spatial - 1 - axis) + [reach, reach]
        y = functional.pad(y, pad)  # sizes: 0 adds nothing
        windows = y.unfold(2 + axis, width, 1)
        y = windows.amax(-1) if largest else windows.sum(-1)
    return y.reshape(*lead, *x.shape[x.dim() - spatial :])


def place_error(x: Any, spatial: int, dtype: torch.dtype) -> float:
    """How far places may be off, over all axes."""
    places: int = sum(x.shape[-spatial:]) + spatial
    return PLACE * UNIT[dtype] * places


def interpolated(f: Map, a: TracedBall, spatial: int) -> TracedBall:
    """The rule of an interpolation by weights that are not negative and sum to 1, over both neighbours on each axis."""
    value = f(a.mid)
    reach = size_of(a.mid) if a.exact else size_of(a.mid) + a.rad
    off = place_error(a, spatial, value.dtype) * 2 * f(spread(reach, 1, spatial, True))
    brought = (
        off if a.exact else off + f(a.rad) + place_error(a, spatial, value.dtype) * f(spread(a.rad, 1, spatial, True))
    )
    return added_up(
        value, *summed(brought, f(reach), 2**spatial + 2 * spatial, value.dtype, lambda: torch.isfinite(f(wild(a))))
    )


def interpolated_back(f: Map, g: TracedBall, spatial: int, n: int) -> TracedBall:
    """The rule of the gradient of an interpolation: each upstream number is shared out by the same weights.

    n: how many upstream numbers may reach one place.
    """
    value = f(g.mid)
    reach = size_of(g.mid) if g.exact else size_of(g.mid) + g.rad
    sizes = f(reach)
    off = 2 * place_error(value, spatial, value.dtype) * spread(sizes, 1, spatial, False)
    brought = off if g.exact else off + f(g.rad)
    return added_up(value, *summed(brought, sizes, n + 2 * spatial, value.dtype, lambda: torch.isfinite(f(wild(g)))))


def wild(a: TracedBall) -> Tensor:
    """NaN where a number is not finite, which everything that it reaches takes over."""
    return torch.where(finite(a), 0.0, torch.nan).to(size_of(a.mid).dtype)


def interpolation(operator: Any, spatial: int) -> Callable[..., Any]:
    def ruled(a: TracedBall, *args: Any, **keywords: Any) -> Any:
        return interpolated(lambda x: operator(x, *args, **keywords), a, spatial)

    return ruled


def backward(operator: Any, spatial: int) -> Callable[..., Any]:
    def ruled(g: TracedBall, *args: Any, **keywords: Any) -> Any:
        def f(x: Tensor) -> Tensor:
            result: Tensor = operator(x, *args, **keywords)
            return result

        return interpolated_back(f, g, spatial, g[0, 0].numel())

    return ruled


def overloads(packet: Any) -> list[Any]:
    """Those that write to no tensor of the caller."""
    every = [getattr(packet, name) for name in packet.overloads()]
    return [overload for overload in every if not any(a.is_out for a in overload._schema.arguments)]


for name, spatial in (
    *(("upsample_linear1d", 1), ("upsample_bilinear2d", 2), ("upsample_trilinear3d", 3)),
    ("_upsample_bilinear2d_aa", 2),
):
    for overload in overloads(getattr(aten, name)):
        enter_all(overload, interpolation(overload, spatial))
    for overload in overloads(getattr(aten, f"{name}_backward")):
        enter_all(overload, backward(overload, spatial))


def cubic(operator: Any, by_two: Any) -> Callable[..., Any]:
    """Cubic weights may be negative: their sizes sum to CUBIC, over places no further than 2 from both neighbours."""

    def ruled(a: TracedBall, *args: Any, **keywords: Any) -> Any:
        value = operator(a.mid, *args, **keywords)
        reach = size_of(a.mid) if a.exact else size_of(a.mid) + a.rad
        near = by_two(spread(reach, 2, 2, True), *args, **keywords)
        brought = place_error(a, 2, value.dtype) * CUBIC_SLOPE * near
        if not a.exact:
            brought = brought + CUBIC * by_two(spread(a.rad, 2, 2, True), *args, **keywords)
        tame = lambda: torch.isfinite(operator(wild(a), *args, **keywords))  # noqa: E731
        return added_up(value, *summed(brought, CUBIC * near, 16 + 8, value.dtype, tame))

    return ruled


def cubic_back(operator: Any, by_two: Any) -> Callable[..., Any]:
    def ruled(g: TracedBall, *args: Any, **keywords: Any) -> Any:
        value = operator(g.mid, *args, **keywords)
        reach = size_of(g.mid) if g.exact else size_of(g.mid) + g.rad
        near = spread(by_two(reach, *args, **keywords), 2, 2, False)
        brought = place_error(value, 2, value.dtype) * CUBIC_SLOPE * near
        if not g.exact:
            brought = brought + CUBIC * spread(by_two(g.rad, *args, **keywords), 2, 2, False)
        tame = lambda: torch.isfinite(operator(wild(g), *args, **keywords))  # noqa: E731
        return added_up(value, *summed(brought, CUBIC * near, g[0, 0].numel() + 8, value.dtype, tame))

    return ruled


for one, other in zip(overloads(aten.upsample_bicubic2d), overloads(aten.upsample_bilinear2d), strict=True):
    enter_all(one, cubic(one, other))
for one, other in zip(
    overloads(aten.upsample_bicubic2d_backward), overloads(aten.upsample_bilinear2d_backward), strict=True
):
    enter_all(one, cubic_back(one, other))


def shared(operator: Any) -> Callable[..., Any]:
    """The gradient of an operator that copies numbers or takes their mean: sums of upstream numbers, in any order."""

    def ruled(g: TracedBall, *args: Any, **keywords: Any) -> Any:
        args = tuple(torch.zeros(x.shape) if isinstance(x, Tensor) and x.is_floating_point() else x for x in args)

        def f(y: Tensor) -> Tensor:
            own = tuple(x.to(y.dtype) if isinstance(x, Tensor) and x.is_floating_point() else x for x in args)
            result: Tensor = operator(y, *own, **keywords)
            return result

        return weighted(f, g, g.numel())

    return ruled


COPIES: Final = (
    *("upsample_nearest1d", "upsample_nearest2d", "upsample_nearest3d", "_upsample_nearest_exact1d"),
    *("_upsample_nearest_exact2d", "_upsample_nearest_exact3d", "replication_pad1d", "replication_pad2d"),
    *("replication_pad3d", "reflection_pad1d", "reflection_pad2d", "reflection_pad3d", "_adaptive_avg_pool2d"),
    *("_adaptive_avg_pool3d",),
)
for name in COPIES:
    for overload in overloads(getattr(aten, f"{name}_backward")):
        enter_all(overload, shared(overload))


@rule(aten._adaptive_avg_pool2d)
def adaptive_avg_pool2d(a: TracedBall, size: Any) -> Any:
    return weighted(lambda x: aten._adaptive_avg_pool2d(x, size), a, _window(a, size))


@rule(aten._adaptive_avg_pool3d)
def adaptive_avg_pool3d(a: TracedBall, size: Any) -> Any:
    return weighted(lambda x: aten._adaptive_avg_pool3d(x, size), a, _window(a, size))


def _window(a: Any, size: Any) -> int:
    """Numbers of the largest window."""
    n = 1
    for there, here in zip(a.shape[-len(size) :], size, strict=True):
        n *= -(-there // max(here, 1)) + 1
    return n
