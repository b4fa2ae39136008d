"""Right: a right formula, and the mistakes that are made in it: of its own, and those that any function can have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradecheck.packs.mistakes.mistake import Cost, Guard, Mistake
from gradecheck.packs.mistakes.state import accumulating

Function = Callable[..., Any]
Before = Callable[..., tuple[Any, ...]]


@dataclass(frozen=True)
class Right:
    """The right formula of the function that it is named after, to go wrong from: `@Right` above its `def`.

    Each method makes one row of a catalogue. name: the id without the function.     wrong, what, look: as in Mistake.
    before: what the right formula is given in place of its own arguments.
    """

    formula: Function

    @property
    def function(self) -> str:
        return self.formula.__name__

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self.formula(*arguments, **named)

    def of(self, before: Before) -> Function:
        """The right formula of what is made of its arguments."""
        return lambda *arguments: self.formula(*before(*arguments))

    # -- of its own

    def wrong(
        self, name: str, wrong: Function, what: str, look: str, costs: Cost = "correctness", sign: str | None = None
    ) -> Mistake:
        return Mistake(f"{self.function}/{name}", self.function, wrong, what, look, costs, sign)

    def given(self, name: str, before: Before, what: str, look: str) -> Mistake:
        """The right formula of other arguments: it goes with others, as each can be given what it makes of them."""
        return Mistake(f"{self.function}/{name}", self.function, self.of(before), what, look, before=before)

    def guarded(
        self, name: str, usual: float, form: Function, what: str, look: str, before: Before | None = None
    ) -> Mistake:
        """A number that keeps a logarithm from 0, or a denominator. One mistake, whatever the number is.

        form, before: the arguments and then the constant.   what: with {c} in place of the constant.

        Where the inputs do not tell guards apart, the first is named: that p is raised to at least {c} is true of all.
        """
        return Mistake(
            f"{self.function}/{name}",
            self.function,
            lambda *arguments: form(*arguments, usual),
            what.format(c=f"{usual:g}"),
            look,
            costs="stability",
            guard=Guard(form, what, usual, before),
        )

    def guarding(self, name: str, usual: float, before: Before, what: str, look: str) -> Mistake:
        """A guard of an argument: before has the constant behind the arguments."""
        return self.guarded(name, usual, self.of(before), what, look, before)

    # -- of hygiene: right values with a bad habit. The habit is seen and its cause is not, so that no cause is named

    def float32_lost(self, wrong: Function, results: str = "") -> Mistake:
        """float64 for float32 arguments. results: those of several that are so, as they are told."""
        return self.wrong(
            f"{results.split()[0] + '-' if results else ''}float32-lost",
            wrong,
            f"For float32 arguments {results} come back as float64." if results else "float32 comes back as float64.",
            "Print the dtype after every step for float32 arguments: np.zeros(shape) without a dtype, np.float64 "
            "numbers, np.prod, np.where of two Python numbers and astype(float) are the usual causes.",
            costs="hygiene",
        )

    def written_to(self, name: str, wrong: Function, *names: str) -> Mistake:
        """Arguments that the caller finds changed."""
        several = len(names) > 1
        themselves, arrays = ("themselves are", "arrays have") if several else ("itself is", "array has")
        return self.wrong(
            name,
            wrong,
            f"{' and '.join(names)} {themselves} written to, so the caller's {arrays} changed afterwards.",
            f"Print {' and '.join(names)} before and after the call: {names[0]} -= y, {names[0]}[...] = y and "
            f"out={names[0]} write into the array that they are given.",
            costs="hygiene",
        )

    def state_kept(self, wrong: Function | None = None) -> Mistake:
        """Another answer to the same call: the sum with the one before, where nothing else is said."""
        return self.wrong(
            "state-kept",
            wrong or accumulating(self.formula),
            "The same call gives another answer later on: something survives from one call to the next.",
            "Call it twice with the same arguments; look for names and arrays that are kept outside of the function, "
            "and for a default argument that is changed.",
            costs="hygiene",
        )

    def as_list(self) -> Mistake:
        return self.wrong(
            "list",
            lambda *arguments: np.asarray(self.formula(*arguments)).tolist(),
            "The numbers come back as a Python list instead of an array.",
            "Look at the type of what is returned: the next formula needs an array.",
            costs="hygiene",
        )
