"""A tensor that carries a bound on its own rounding error through every operator of torch.

TracedBall holds a midpoint in the subject's precision and a radius. Each operator that reaches torch's dispatcher
looks up its rule in one table; autograd records the same operators on balls as on tensors, so that gradients get
their radii by the same rules.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from math import inf
from typing import Any, Final

import torch
from torch import Tensor

from gradecheck.numbers import radii
from gradecheck.traced.memory import Memory, Terms, like, longest
from gradecheck.traced.table import RULES
from gradecheck.traced.trees import each, leaves

UNIT: Final = {
    torch.float16: 2.0**-11,
    torch.bfloat16: 2.0**-8,
    torch.float32: 2.0**-24,
    torch.float64: 2.0**-53,
}
"""Unit roundoff u of each precision."""

TINY: Final = {dtype: torch.finfo(dtype).tiny for dtype in UNIT}
LARGEST: Final = {dtype: torch.finfo(dtype).max for dtype in UNIT}

ACCUMULATES: Final = {dtype: torch.float64 if dtype == torch.float64 else torch.float32 for dtype in UNIT}
"""Within one sum the half precisions are added up in float32, and rounded once."""

RADIUS: Final = ACCUMULATES
"""The precision of radii. Float32 is enough for numbers that are themselves no finer: what its own rounding takes from
a radius is a part in 2^24 an operation, and every rule leaves room for sixteen of them."""


class TracedBall(Tensor):
    """Midpoints of one precision with radii: every right evaluation lies in mid ± rad.

    An infinite radius says that rounding alone decides. An infinity or NaN that the input brought along is exact.
    A ball of truth values or whole numbers has a radius that is not 0 where rounding may choose another.

    coarse: the unit roundoff of the half precision that it was in before.
    """

    mid: Tensor
    coarse: float = 0.0
    memory: Memory
    _rad: Tensor | None
    _magnitude: Tensor | None

    __torch_function__ = torch._C._disabled_torch_function_impl  # type: ignore[assignment]

    @staticmethod
    def __new__(
        cls,
        mid: Tensor,
        rad: Tensor | None = None,
        terms: Terms | None = None,
        top: float | None = None,
        memory: Memory | None = None,
        size: Tensor | None = None,
    ) -> TracedBall:
        """rad: of mid's shape and strides, or None for exact numbers. terms: what they are sums of; None where of none.

        Any order of adding up is right, so that something added to a sum is one more term of it.
        memory: that of the ball that this views. size: see there, where it is known.
        """
        if memory is None and mid.is_contiguous():
            self = Tensor._make_wrapper_subclass(cls, mid.shape, dtype=mid.dtype)
        else:
            self = Tensor._make_wrapper_subclass(
                cls, mid.shape, strides=mid.stride(), storage_offset=mid.storage_offset(), dtype=mid.dtype
            )
        self.mid = mid
        self._rad = rad
        self._magnitude = size
        if memory is None:
            self.memory = Memory(mid, rad, top, terms)
        else:
            self.memory = memory
            memory.viewed = True
        ball: TracedBall = self
        return ball

    @property
    def exact(self) -> bool:
        return self.memory.exact

    @property
    def rad(self) -> Tensor:
        rad = self._rad
        if rad is None:
            memory = self.memory
            if memory.rad is None:
                memory.rad = like(memory.mid, radius_dtype(self.mid))
            rad = self._rad = memory.rad if self.mid is memory.mid else memory.part(memory.rad, self.mid)
        return rad

    @property
    def magnitude(self) -> Tensor:
        """|mid| in the precision of radii, not to be written to: mid itself where none of its numbers is below 0."""
        if self._magnitude is None or self.memory.written:
            self._magnitude = size_of(self.mid)
        return self._magnitude

    def top(self) -> float:
        """A number that no |midpoint| + radius exceeds; infinite beside an infinity or a NaN."""
        if self.memory.top is None or self.memory.written:
            self.memory.top = largest(self.mid, None if self.memory.exact else self.rad)
        return self.memory.top

    def summed(self) -> Terms | None:
        """What its numbers are sums of."""
        memory = self.memory
        if memory.terms is None or self.mid is memory.mid:
            return memory.terms
        return Terms(partial(memory.sizes, self.mid), memory.terms.roundings, memory.terms.unheld)

    def adopt(self, result: TracedBall) -> TracedBall:
        """Take the numbers of a ball that nobody else has."""
        memory = self.memory
        same = result.mid.dtype is self.mid.dtype and result.mid.stride() == self.mid.stride()
        if memory.viewed or result.memory.viewed or not same or result.shape != self.shape:
            return self.write(result)
        self.mid, self._rad, self.memory, self._magnitude = result.mid, result._rad, result.memory, result._magnitude
        return self

    def write(self, result: Any) -> TracedBall:
        """Take the numbers of another ball or tensor, for all who look at this memory."""
        memory = self.memory
        memory.settle()
        mid, rad = parts(result, self.mid)
        terms = result.summed() if type(result) is TracedBall else None
        if terms is not None or memory.terms is not None:
            self._remember(terms or Terms(reach(mid, rad), 0))
        before = self.rad  # of its own, so that views can share it
        self.mid.copy_(mid)
        if rad is not None:
            before.copy_(torch.as_tensor(rad))
            memory.exact = False
        elif not memory.exact:
            before.zero_()
        memory.written = True
        return self

    def _remember(self, terms: Terms) -> None:
        """Take those terms in place of its own."""
        memory = self.memory
        old = memory.terms or Terms(like(memory.mid, radius_dtype(memory.mid)).copy_(reach(memory.mid, memory.rad)), 0)
        memory.terms = Terms(old.sizes, *(longest([old, terms]) if self.mid is not memory.mid else longest([terms])))
        memory.lay_out()
        memory.part(memory.terms.sizes, self.mid).copy_(torch.as_tensor(terms.sizes))

    def __repr__(self) -> str:  # type: ignore[override]
        return f"TracedBall({self.mid!r}, rad={self.rad!r})"

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]
        cls, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        return RULES[func](*args, **kwargs) if kwargs else RULES[func](*args)


def size_of(x: Any, positive: bool = False) -> Any:
    """|x|, in the precision of radii. positive: none of its numbers is below 0."""
    if type(x) is TracedBall:
        return x.magnitude
    if not isinstance(x, Tensor):
        return abs(x)
    size = x if positive or x.dtype is torch.bool else x.abs()
    return size if x.dtype is torch.float32 or x.dtype is torch.float64 else size.to(torch.float32)


def reach(x: Any, rad: Any) -> Any:
    """What no number of a ball exceeds in size."""
    return size_of(x) if rad is None else size_of(x) + rad


def moved_terms(f: Callable[..., Tensor], *operands: Any) -> Terms | None:
    """What the numbers are sums of that f, which rounds nothing, moves into memory of their own.

    A number that is no sum is one term.
    """
    balls = [x for x in leaves(operands) if type(x) is TracedBall]
    if all(x.memory.terms is None for x in balls):
        return None
    kept = each(_kept, operands)
    every = [x for x in leaves(kept) if isinstance(x, Terms)]
    return Terms(lambda: f(*each(_now, kept)), *longest(every), of=[x.memory for x in balls])


def _kept(x: Any) -> Any:
    """The terms of an operand as they are now."""
    if type(x) is TracedBall:
        size, rad = x.magnitude, None if x.exact else x.rad
        return x.summed() or Terms(lambda: reach(size, rad), 0)
    return Terms(size_of(x), 0) if isinstance(x, Tensor) and x.is_floating_point() else x


def _now(x: Any) -> Any:
    return x.sizes if isinstance(x, Terms) else x


def radius_dtype(x: Tensor) -> torch.dtype:
    return RADIUS.get(x.dtype, torch.float32)


def mid(x: Any) -> Any:
    return x.mid if type(x) is TracedBall else x


def parts(x: Any, result: Tensor) -> tuple[Any, Any]:
    """The midpoint and the radius of an operand, None where it is exact; result: the number it is computed into."""
    if type(x) is TracedBall:
        return x.mid, None if x.memory.exact else x.rad
    return x, None if isinstance(x, Tensor) else scalar_radius(x, result.dtype)


@lru_cache(maxsize=10_000)
def scalar_radius(x: float, dtype: torch.dtype) -> float | None:
    """A Python number may be rounded to the precision of the result, or not."""
    if dtype not in UNIT or x != x:
        return None
    held = float(torch.tensor(x, dtype=dtype))
    return radii.scalar(float(x), held, UNIT[dtype], TINY[dtype]) or None


def largest(mid: Tensor, rad: Tensor | None) -> float:
    """The largest |midpoint|, and the largest radius; infinite where one is NaN."""
    if not mid.numel():
        return 0.0
    least, most = torch.aminmax(mid)
    top = float(max(-least.item(), most.item()))
    if rad is not None:
        top += rad.amax().item()
    return top if top == top else inf
