"""Scope: which of the inputs that a contract takes are asked of an implementation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True)
class Scope:
    """What inputs are drawn from, everywhere: bank, counterexamples, starter, verify and report.

    everything: also 0-d and empty arrays, NaN, infinities, subnormal numbers and rows of targets with any sum.
    targets: rows of one class each, rows of shares, or both.    rows: 2-D arrays alone, or a 1-D array as one row, too.
    values: for a kind of number (alpha, lr, mu, steps) the only values it has; any value where the kind is not named.
    dtypes: of the arrays.    regimes: the only regimes of numbers; every regime that fits where there is none.
    """

    everything: bool = False
    targets: Literal["any", "one-hot", "soft"] = "any"
    rows: Literal["any", "2-D"] = "any"
    values: tuple[tuple[str, tuple[float, ...]], ...] = ()
    dtypes: tuple[str, ...] = ("float64", "float32")
    regimes: tuple[str, ...] = ()


SUBMISSION: Final = Scope()
"""What a submission is asked where its assignment says nothing else."""

EVERYTHING: Final = Scope(everything=True)
"""What `manual` is held to."""
