"""All that a student is told, as records that any page can show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from gradecheck.grading.marks import CheckName, Outcome
from gradecheck.verifying.wording import points
from reports.repairs import Told

Mode = Literal["public", "hidden"]

SAID: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        "passed": "passed",
        "wrong": "wrong",
        "error": "error in your code",
        "limit": "over a limit",
        "fault": "not judged, a fault of ours",
    }
)


TEACHERS: Final = " (by your teacher)"
"""Behind points that the teacher gave."""


@dataclass(frozen=True)
class Example:
    """A call that goes wrong, as Python, and what it should have given."""

    repro: str
    expected: str
    actual: str


@dataclass(frozen=True)
class FeedbackCheck:
    name: CheckName
    outcome: Outcome
    share: float
    said: str


@dataclass(frozen=True)
class FeedbackQuestion:
    """One function. printed: the beginning of what it printed.

    repair: what makes it right, as far as the student is told.    formula: the formula that gives its values.
    teachers: whether the teacher gave the points.
    """

    function: str
    points: float
    max_points: float
    outcome: Outcome
    checks: tuple[FeedbackCheck, ...]
    found: str
    help: str
    diagnoses: tuple[str, ...]
    example: Example | None
    printed: str
    unwritten: bool = False
    repair: Told | None = None
    formula: str = ""
    teachers: bool = False

    @property
    def full(self) -> bool:
        return self.points >= self.max_points

    @property
    def told(self) -> bool:
        """Whether there is anything to say but that it passed."""
        return not self.full or self.outcome == "fault" or self.found not in ("", SAID["passed"])

    @property
    def lost(self) -> tuple[FeedbackCheck, ...]:
        """The checks that cost something, and whose rationale says more than the question's."""
        cost = (check for check in self.checks if check.share < 1 and check.outcome != "passed" and check.said)
        return tuple(check for check in cost if check.said not in self.found)


@dataclass(frozen=True)
class Feedback:
    """All that a student is told.    about: the attempt, and whether it is late.

    score: None where there is none: not judged, or excused.    changed: by the teacher.    comment: its lines.
    """

    submission: str
    title: str
    mode: Mode
    status: str
    score: float | None
    max_score: float
    questions: tuple[FeedbackQuestion, ...]
    notes: tuple[str, ...]
    about: tuple[str, ...] = ()
    excused: bool = False
    changed: tuple[str, ...] = ()
    comment: tuple[str, ...] = ()

    @property
    def untouched(self) -> bool:
        """Whether it is the unchanged starter."""
        return bool(self.questions) and all(q.unwritten for q in self.questions)

    @property
    def has_table(self) -> bool:
        """Whether there are marks to list."""
        return self.status == "graded" and bool(self.questions) and not self.untouched


@dataclass(frozen=True)
class Section:
    """What is said of one function, and of all others with the same text."""

    first: FeedbackQuestion
    others: tuple[FeedbackQuestion, ...] = ()

    @property
    def questions(self) -> tuple[FeedbackQuestion, ...]:
        return (self.first, *self.others)

    @property
    def functions(self) -> str:
        return ", ".join(q.function for q in self.questions)

    @property
    def lost(self) -> float:
        return sum(q.max_points - q.points for q in self.questions)

    @property
    def points(self) -> str:
        given, most = sum(q.points for q in self.questions), sum(q.max_points for q in self.questions)
        return f"{points(given)} of {points(most)}{TEACHERS * any(q.teachers for q in self.questions)}"

    @property
    def help(self) -> str:
        """What to look at, if that is the same for all of them."""
        return self.first.help if len({_of_any(q, q.help) for q in self.questions}) == 1 else ""

    @property
    def others_said(self) -> str:
        return f"The same holds for {', '.join(q.function for q in self.others)}." if self.others else ""


def sections(found: Feedback) -> tuple[Section, ...]:
    """What to mend: the most costly first, then what is still to be written, then what costs nothing."""
    if not found.has_table:
        return ()
    alike: dict[object, list[FeedbackQuestion]] = {}
    for q in found.questions:
        if q.told:
            alone = q.example is not None or q.diagnoses or q.printed or q.repair is not None or q.formula
            alike.setdefault(q.function if alone else (q.unwritten or _of_any(q, q.found), q.full), []).append(q)
    grouped = [Section(first, tuple(others)) for first, *others in alike.values()]
    return tuple(sorted(grouped, key=lambda s: (s.first.full, s.first.unwritten, -s.lost)))


def _of_any(q: FeedbackQuestion, text: str) -> str:
    """The text on a function, without its name."""
    return re.sub(rf"\b{re.escape(q.function)}\b", "it", text)
