"""Mistake: a classic wrong implementation of one function, executable and explained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Cost = Literal["correctness", "edges", "stability", "hygiene"]


@dataclass(frozen=True)
class Guard:
    """A guard with any constant.

    form: as `wrong` of a Mistake, with the constant behind the arguments.    what: as in Mistake, with {c} for it.
    constant: a usual one, or the one that was found.
    before: as in Mistake, with the constant behind the arguments.
    """

    form: Callable[..., Any]
    what: str
    constant: float
    before: Callable[..., tuple[Any, ...]] | None = None


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation that students really write.

    id: "<function>/<what>", in kebab case.      function: the contract's name.
    wrong: arrays in, arrays out, as a submission would answer.
    what: what is wrong, in the lecture's terms, as one sentence.    look: what to look at next, as one sentence.
    costs: the mildest check that it fails. A wrong formula costs correctness, a wrong kink or a slip at n = 1 edges,
    an overflow or an epsilon guard stability, a lost dtype or a changed argument hygiene.
    sign: how its answer differs from the right one on every input, by the names of signs.py; "" where it varies.
    before: gives arguments for which the right formula gives these answers, if there are such. Then it combines.
    guard: where the constant varies between students; `wrong` and `what` have a usual one.
    """

    id: str
    function: str
    wrong: Callable[..., Any]
    what: str
    look: str
    costs: Cost = "correctness"
    sign: str | None = None
    guard: Guard | None = None
    before: Callable[..., tuple[Any, ...]] | None = None

    @property
    def gist(self) -> str:
        """What is wrong, without the constant."""
        return self.guard.what.format(c="ε") if self.guard else self.what
