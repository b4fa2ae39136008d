"""Scope: which of the inputs that a contract takes are asked of an implementation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

DTYPES: Final = ("float64", "float32")


@dataclass(frozen=True)
class Scope:
    """What inputs are drawn from, everywhere: bank, counterexamples, starter, verify and report.

    everything: also 0-d and empty arrays, NaN, infinities, subnormal numbers and rows of targets with another sum.
    targets: rows of one class each, rows of shares, or both.    rows: 2-D arrays alone, or others, too.
    values: by the key of a kind of number, the only values it has; any value where the key is not there.
    dtypes: of the arrays, float64 first.    regimes: the only regimes of numbers; every one where there is none.
    """

    everything: bool = False
    targets: Literal["any", "one-hot", "soft"] = "any"
    rows: Literal["any", "2-D"] = "any"
    values: tuple[tuple[str, tuple[float, ...]], ...] = ()
    dtypes: tuple[str, ...] = DTYPES
    regimes: tuple[str, ...] = ()

    @property
    def narrow(self) -> bool:
        """Whether less is asked than of any submission, whatever the dtypes."""
        return bool(self.values or self.regimes) or (self.targets, self.rows) != ("any", "any")

    def only(self, key: str) -> tuple[float, ...]:
        """The only values of the kind of number with that key; none where it may have any."""
        return dict(self.values).get(key, ())


SUBMISSION: Final = Scope()
"""What a submission is asked where its assignment says nothing else."""

EVERYTHING: Final = Scope(everything=True)
"""What `manual` is held to."""
