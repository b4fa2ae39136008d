"""What each of the four checks tried, and that it was right there."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gradecheck.grading.judging.asking import Answered
from gradecheck.grading.judging.judged import Judged
from gradecheck.grading.judging.weighing import looked_at
from gradecheck.grading.marks import CheckName

TRIED: Final[Mapping[CheckName, str]] = MappingProxyType(
    {
        "correctness": "ordinary inputs",
        "stability": "tiny and large inputs, where a formula may lose digits or overflow",
        "hygiene": "dtype kept, arguments left alone, the same answer again",
    }
)


def right(check: CheckName, asked: Answered) -> str:
    """One line for a check that is passed."""
    if check not in looked_at(asked):
        return "not looked at: nothing that is asked is about it, and its weight goes to the other checks"
    return f"right on {tried(check, asked.judged)}"


def tried(check: CheckName, judged: Judged) -> str:
    if check != "edges":
        return TRIED[check]
    met = judged.banked.regimes
    return f"edges: {', '.join([*(kink for kink in ('zeros', 'ties') if kink in met), 'one row', 'one class'])}"
