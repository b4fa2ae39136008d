"""Mistake: a classic wrong implementation of one function, executable and explained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Cost = Literal["correctness", "edges", "stability", "hygiene"]


@dataclass(frozen=True)
class Guard:
    """What a guard is with any constant.

    form: as wrong, with the constant behind the arguments.     what: as in Mistake, with {c} for the constant.
    constant: a usual one, or the one that was found.
    before: with the constant behind the arguments, what the right formula is given where the guard is part of that.
    """

    form: Callable[..., Any]
    what: str
    constant: float
    before: Callable[..., tuple[Any, ...]] | None = None


@dataclass(frozen=True)
class Mistake:
    """Something that students really write in place of a formula.

    id: "<function>/<what>", in kebab case.      function: the contract's name.
    wrong: arrays in, arrays out, as a submission would answer.
    what: what it is, in the lecture's terms, as one sentence.      look: what to look at next, as one sentence.
    costs: the mildest check that it fails. A wrong formula costs correctness, a wrong kink or a slip at n = 1 edges,
    an overflow or an epsilon guard stability, a lost dtype or a changed argument hygiene.
    sign: what its answer is of the right one where that is so for every input (signs.py has the names).
    before: where the right formula gives these answers to other arguments: those. So it goes with other mistakes.
    guard: where everyone chooses a constant: `wrong` and `what` are those of a usual one.
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
        """What it is, whatever the constant."""
        return self.guard.what.format(c="ε") if self.guard else self.what
