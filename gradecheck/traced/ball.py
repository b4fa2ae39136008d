"""A tensor that carries a bound on its own rounding error through every operator of torch.

TracedBall holds a midpoint in the subject's precision and a radius. Each operator that reaches torch's dispatcher
looks up its rule in one table; autograd records the same operators on balls as on tensors, so that gradients get
their radii by the same rules.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import torch
from torch import Tensor

from gradecheck.traced.table import RULES

UNIT: Final = {
    torch.float16: 2.0**-11,
    torch.bfloat16: 2.0**-8,
    torch.float32: 2.0**-24,
    torch.float64: 2.0**-53,
}
"""Unit roundoff u of each precision."""

TINY: Final = {dtype: torch.finfo(dtype).tiny for dtype in UNIT}
LARGEST: Final = {dtype: torch.finfo(dtype).max for dtype in UNIT}

RADIUS: Final = {dtype: torch.float64 if dtype == torch.float64 else torch.float32 for dtype in UNIT}
"""The precision of radii. Float32 is enough for numbers that are themselves no finer: what its own rounding adds to a
radius is a part in 2^24, and every rule leaves room for sixteen of them."""

ACCUMULATES: Final = {**{dtype: dtype for dtype in UNIT}, torch.float16: torch.float32, torch.bfloat16: torch.float32}
"""Within one sum, the half precisions are added up in float32 and rounded once."""


class Terms(NamedTuple):
    """What a sum was of: the sum of its terms' sizes, and how many roundings the longest way of adding them takes."""

    sizes: Tensor
    roundings: int


class _Shared:
    """Whether all who look at one piece of memory look at exact numbers; views of it share this."""

    __slots__ = ("exact",)

    def __init__(self, exact: bool) -> None:
        self.exact = exact


class TracedBall(Tensor):
    """Midpoints of one precision with radii: every right evaluation lies in mid ± rad.

    An infinite radius says that rounding alone decides. An infinity or NaN that the input brought along is exact.
    A ball of truth values or whole numbers has a radius that is not 0 where rounding may choose another.

    terms: what the ball is a sum of, or a function that says so; None where it is no sum. Any order of adding up is
    right, so that something added to a sum is one more term of it.
    """

    mid: Tensor
    terms: Terms | Callable[[], Terms | None] | None
    _rad: Tensor | None
    _shared: _Shared

    __torch_function__ = torch._C._disabled_torch_function_impl  # type: ignore[assignment]

    @staticmethod
    def __new__(
        cls, mid: Tensor, rad: Tensor | None = None, terms: Any = None, shared: _Shared | None = None
    ) -> TracedBall:
        """rad: of mid's shape and strides, or None for exact numbers."""
        self: TracedBall = Tensor._make_wrapper_subclass(
            cls, mid.shape, strides=mid.stride(), storage_offset=mid.storage_offset(), dtype=mid.dtype
        )
        self.mid = mid
        self._rad = rad
        self.terms = terms
        self._shared = _Shared(rad is None) if shared is None else shared
        return self

    @property
    def exact(self) -> bool:
        return self._shared.exact

    @property
    def rad(self) -> Tensor:
        if self._rad is None:
            self._rad = torch.zeros_like(self.mid, dtype=radius_dtype(self.mid))
        return self._rad

    def summed(self) -> Terms | None:
        """What it is a sum of, worked out only where it is asked for."""
        if callable(self.terms):
            self.terms = self.terms()
        return self.terms

    def write(self, result: Any) -> TracedBall:
        """Take the numbers of another ball or tensor, for all who look at this memory."""
        mid, rad = parts(result, self.mid)
        self.mid.copy_(mid)
        if rad is not None:
            self.rad.copy_(rad)
            self._shared.exact = False
        elif not self.exact:
            self.rad.zero_()
        self.terms = None
        return self

    def __repr__(self) -> str:  # type: ignore[override]
        return f"TracedBall({self.mid!r}, rad={self.rad!r})"

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]
        cls, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        return RULES[func](*args, **kwargs) if kwargs else RULES[func](*args)


def radius_dtype(x: Tensor) -> torch.dtype:
    return RADIUS.get(x.dtype, torch.float32)


def parts(x: Any, result: Tensor) -> tuple[Any, Any]:
    """The midpoint and the radius of an operand, None where it is exact; result: the number it is computed into.

    A Python number may be rounded to the precision of the result or not.
    """
    if isinstance(x, TracedBall):
        return x.mid, None if x._shared.exact else x.rad
    if isinstance(x, Tensor):
        return x, None
    return x, scalar_radius(x, result.dtype)


def scalar_radius(x: Any, dtype: torch.dtype) -> float | None:
    key = (x, dtype)
    if key not in _SCALARS:
        from gradecheck.numbers import radii

        held = float(torch.tensor(x, dtype=dtype)) if dtype in UNIT else x
        if len(_SCALARS) > 10_000:
            _SCALARS.clear()
        _SCALARS[key] = radii.scalar(float(x), held, UNIT[dtype], TINY[dtype]) or None if held == held else None
    return _SCALARS[key]


_SCALARS: dict[tuple[Any, torch.dtype], float | None] = {}


def mid(x: Any) -> Any:
    return x.mid if isinstance(x, TracedBall) else x
