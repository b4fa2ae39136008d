"""What all who look at one piece of memory share, and what the sums in it are of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from weakref import ref

import torch
from torch import Tensor


class Terms:
    """What sums are of: the sum of their terms' sizes, and how many roundings the longest way of adding them takes.

    unheld: how many of these the radius does not hold for all terms yet: it was rounded as the twin adds them.
    """

    __slots__ = ("__weakref__", "_sizes", "roundings", "unheld")

    def __init__(
        self,
        sizes: Tensor | float | Callable[[], Tensor],
        roundings: int,
        unheld: int = 0,
        of: Iterable[Memory] = (),
    ) -> None:
        """sizes: where a function, it is called when they are asked for, or before what it reads (of) is written to."""
        self._sizes = sizes
        self.roundings = roundings
        self.unheld = unheld
        for memory in of:
            memory.read_late_by(self)

    @property
    def held(self) -> int:
        return self.roundings - self.unheld

    @property
    def sizes(self) -> Any:
        """A tensor; a number, of a number of Python."""
        if callable(self._sizes):
            self._sizes = self._sizes()
        return self._sizes


def longest(sums: Sequence[Terms]) -> tuple[int, int]:
    """The roundings, and those that are not held yet, of sums that stand beside each other.

    What something added to the longest one brings, gamma_N less what is held, is no less for it than for the others.
    """
    return max(x.roundings for x in sums), max(x.unheld for x in sums)


class Memory:
    """A piece of memory: views of a ball see what is written to the ball, and it sees what is written to them.

    The radius and the sizes of the terms are laid out as the midpoint is, so that a view of one is a view of all.
    mid, rad: of the whole piece; no radius where it is exact. top: no |midpoint| + radius is larger; None where nobody
    has asked yet. terms: None where nothing in it is a sum.
    """

    __slots__ = ("_late", "_offset", "exact", "mid", "rad", "terms", "top", "viewed", "written")

    def __init__(self, mid: Tensor, rad: Tensor | None, top: float | None, terms: Terms | None) -> None:
        self.mid = mid
        self.rad = rad
        self.exact = rad is None
        self.top = top
        self.terms = terms
        self.viewed = False
        self.written = False
        self._offset = mid.storage_offset()
        self._late: list[ref[Terms]] | None = None

    def part(self, whole: Tensor, mid: Tensor) -> Tensor:
        """Of a radius or of sizes, what stands where that midpoint stands."""
        return whole.as_strided(mid.shape, mid.stride(), whole.storage_offset() + mid.storage_offset() - self._offset)

    def sizes(self, mid: Tensor) -> Tensor:
        """The sizes of the terms of that part of the memory."""
        assert self.terms is not None
        if mid is self.mid:
            sizes: Tensor = self.terms.sizes
            return sizes
        self.lay_out()
        return self.part(self.terms.sizes, mid)

    def lay_out(self) -> None:
        """Have the sizes where midpoints have theirs."""
        assert self.terms is not None
        sizes = self.terms.sizes
        if sizes.stride() != self.mid.stride():
            self.terms = Terms(like(self.mid, sizes.dtype).copy_(sizes), self.terms.roundings, self.terms.unheld)

    def read_late_by(self, terms: Terms) -> None:
        if self._late is None:
            self._late = []
        self._late.append(ref(terms))

    def settle(self) -> None:
        """Work out what is still to be read here: this memory is about to be written to."""
        late, self._late = self._late, None
        for found in late or ():
            terms = found()
            if terms is not None:
                terms.sizes  # noqa: B018  works them out


def like(mid: Tensor, dtype: torch.dtype) -> Tensor:
    """Zeros, laid out in memory as a midpoint is, whose numbers may share places or leave gaps."""
    zeros = torch.zeros_like(mid, dtype=dtype)
    if zeros.stride() == mid.stride() or not mid.numel():
        return zeros
    reach = 1 + sum((n - 1) * step for n, step in zip(mid.shape, mid.stride(), strict=True))
    return torch.zeros(reach, dtype=dtype).as_strided(mid.shape, mid.stride())
