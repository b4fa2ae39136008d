"""The answers of a function in the form in which two functions are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.jail.answers import Answer, Died, Fault, Limit, Missing, NoArray, Raised, Returned, Unanswered
from gradecheck.grading.judging.judged import UNSTABLE, Judged
from gradecheck.numbers.compare import Finding

Array = NDArray[Any]
RAISED: Final = "raised "


@dataclass(frozen=True)
class Trace:
    """The answers of a function.

    actual, levels, misshapen: as in Judged.     silent: by case, what came in place of arrays.
    habits: kind, name and what it was, of each finding of hygiene.
    """

    actual: NDArray[np.float64]
    levels: NDArray[np.int8]
    misshapen: Mapping[tuple[int, int], Array]
    silent: Mapping[int, str]
    habits: frozenset[tuple[str, str, str]]

    @property
    def affected(self) -> frozenset[int]:
        """The results that are wrong in some case."""
        return frozenset(int(i) for i in np.flatnonzero((self.levels >= UNSTABLE).any(axis=0)))

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """For every case, whether some result is wrong."""
        wrong: NDArray[np.bool_] = np.asarray((self.levels >= UNSTABLE).any(axis=1))
        return wrong

    @property
    def telling(self) -> bool:
        """Whether some wrong case has numbers, or at least shapes."""
        return any(int(case) not in self.silent for case in np.flatnonzero(self.wrong))

    def as_silent(self, other: Trace) -> bool:
        """Whether both gave no array in the same cases, and the same in its place.

        Any exception counts as the same, unless exceptions are all there is to see.
        """
        if self.telling and other.telling:
            return {case: _kind(text) for case, text in self.silent.items()} == {
                case: _kind(text) for case, text in other.silent.items()
            }
        return self.silent == other.silent

    def as_silent_in(self, other: Trace, case: int) -> bool:
        """Whether both gave no array in that case, and the same in its place."""
        own, others = self.silent.get(case), other.silent.get(case)
        return own is not None and others is not None and _kind(own) == _kind(others)


def _kind(text: str) -> str:
    return RAISED if text.startswith(RAISED) else text


def trace(judged: Judged) -> Trace:
    said = {case: _silence(reason) for case, reason in judged.reasons.items()}
    return Trace(
        judged.actual,
        judged.levels,
        judged.misshapen,
        {case: text for case, text in said.items() if text},
        frozenset((finding.kind, finding.name, finding.was) for _, finding in judged.findings),
    )


def _silence(reason: Answer | Finding) -> str:
    """What came in place of arrays; "" where arrays of any shape came."""
    match reason:
        case Finding(kind="shape") | Returned():
            return ""
        case Finding(kind=kind, was=was):
            return f"{kind}: {was}"
        case Raised(type=kind, message=message):
            return f"{RAISED}{kind}: {message}"
        case NoArray(type=kind):
            return f"no array: {kind}"
        case Missing():
            return "missing"
        case Limit() | Died() | Unanswered() | Fault():
            return "lost"
