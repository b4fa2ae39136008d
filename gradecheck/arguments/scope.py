"""Scope: the inputs of a contract that an implementation has to be right on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

DTYPES: Final = ("float64", "float32")


@dataclass(frozen=True)
class Scope:
    """Inputs are drawn from it everywhere: in bank, counterexamples, starter, verify and report.

    everything: also 0-d and empty arrays, NaN, infinities, subnormal numbers, and targets that do not sum to 1.
    targets: one-hot rows, soft rows, or both.    rows: only 2-D arrays, or others, too.
    values: the only values of a kind of number, by its key; a kind without an entry has any value.
    dtypes: of the arrays, float64 first.    regimes: the only regimes of numbers; () for all.
    """

    everything: bool = False
    targets: Literal["any", "one-hot", "soft"] = "any"
    rows: Literal["any", "2-D"] = "any"
    values: tuple[tuple[str, tuple[float, ...]], ...] = ()
    dtypes: tuple[str, ...] = DTYPES
    regimes: tuple[str, ...] = ()

    @property
    def narrow(self) -> bool:
        """Whether less is asked than by default, dtypes aside."""
        return bool(self.values or self.regimes) or (self.targets, self.rows) != ("any", "any")

    def only(self, key: str) -> tuple[float, ...]:
        """The only values of the kind of number with that key; () where it may have any."""
        return dict(self.values).get(key, ())


SUBMISSION: Final = Scope()
"""The scope of an assignment by default."""

EVERYTHING: Final = Scope(everything=True)
"""The scope of verify: the pack's own side by hand."""
