"""The results of verifying: frozen records of numbers and names, without sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradecheck.cases.case import Case, Recipe
from gradecheck.grading.marks import Repair
from gradecheck.numbers.compare import Comparison, Verdict
from gradecheck.packs.contract import Contract

Array = NDArray[Any]


@dataclass(frozen=True)
class Witness:
    """The true value of the worst element, and how far each side is from it, in ulp."""

    true: str
    implementation_ulp: float
    reference_ulp: float


@dataclass(frozen=True)
class WorstCase:
    """The worst case, shrunk where it failed; `drawn` is the recipe of the case before shrinking.

    signs: what all failing answers have in common with a right one, by result: "times n", "transposed", ...
    mistakes: the catalogued ones that explain every answer.
    pairs: expected and actual numbers of failing answers.
    only_unstable: whether the failures would cost a submission only stability.
    """

    case: Case
    comparison: Comparison
    drawn: Recipe | None = None
    witness: Witness | None = None
    signs: Mapping[str, str] | None = None
    mistakes: tuple[str, ...] = ()
    pairs: tuple[tuple[float, float], ...] = ()
    only_unstable: bool = False


@dataclass(frozen=True)
class Seconds:
    """Where the time of a verification went."""

    implementation: float
    reference: float
    engine: float


@dataclass(frozen=True)
class Verification:
    """One function in one precision, over all its examples.

    worst_ratio: the largest error / bound.  worst_ulp: the largest error in ulp of the expected value.
    regimes: those that were drawn.  unmet: the branches of the contract that no example met.
    samples: for each example the largest finite |input| and the worst error / bound.
    elements: numbers in all results.  judged: those of them with a finite bound.
    printed: bytes that the function printed.
    repair: what makes the function right; None where it was not looked for or not found.
    """

    contract: Contract
    implementation: str
    dtype: str
    examples: int
    verdict: Verdict
    worst_ratio: float
    worst_ulp: float
    worst: WorstCase | None
    regimes: tuple[str, ...]
    unmet: tuple[str, ...]
    seconds: Seconds
    samples: tuple[tuple[float, float], ...] = ()
    judged: int = 0
    elements: int = 0
    printed: int = 0
    repair: Repair | None = None

    @property
    def digits(self) -> float | None:
        """Decimal digits that both sides share at the worst element; those of the dtype where they are equal.

        None where no number was judged.
        """
        if not self.judged:
            return None
        eps = float(np.finfo(self.dtype).eps)
        return max(0.0, -float(np.log10(max(float(self.worst_ulp), 0.5) * eps)))
