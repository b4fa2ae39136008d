"""The results of marking as frozen records: a class, its submissions, their questions, the checks of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Outcome = Literal["passed", "wrong", "error", "limit", "fault"]
"""wrong: values differ. error: the submission raised, gave no array, lacks the function. limit: time, memory, output.
fault: ours; not judged, and never a 0."""

Hint = Literal["line", "kind", "edit"]
"""How much of a repair students are told: where to look; what is wrong there, too; the changed line, too."""

CheckName = Literal["correctness", "edges", "stability", "hygiene"]
CHECKS: tuple[CheckName, ...] = ("correctness", "edges", "stability", "hygiene")


@dataclass(frozen=True)
class CheckMark:
    """One of the four checks of a question. share: of its credit, from 0 to 1."""

    check: CheckName
    outcome: Outcome
    share: float
    rationale: str


@dataclass(frozen=True)
class Counterexample:
    """A small input on which the submission goes wrong, and a few lines that show it with NumPy alone.

    expected, actual: as text.       repro: Python that runs beside the submission's file and prints the actual value.
    """

    arguments: Mapping[str, Any]
    expected: str
    actual: str
    repro: str


@dataclass(frozen=True)
class Change:
    """One changed place of a submission. where: for people, such as "line 12" or "code cell 3, line 2".

    before, after: the student's own lines there, and the same lines with the change.
    operator, kind, remedy: as of an Edit (repair/edit.py).
    """

    where: str
    before: str
    after: str
    operator: str
    kind: str
    remedy: str


@dataclass(frozen=True)
class Repair:
    """The smallest change of a submission's own code with which a function passes every case.

    changes: one, or two that are needed together.    cases: how many pass with it, fresh ones among them.
    sure: whether all changes that were found say the same; else only the places are known.
    """

    changes: tuple[Change, ...]
    cases: int
    sure: bool = True

    @property
    def cause(self) -> str:
        """What is wrong, in a sentence for each kind of change; "" where that is not sure."""
        return " ".join(dict.fromkeys(change.kind for change in self.changes)) if self.sure else ""


@dataclass(frozen=True)
class QuestionMark:
    """One function of one submission.

    rationale: what was found.  gist: the same without the input and the submission's own words, for students who may
    not see the cases yet.   help: what to look at next.
    diagnoses: the catalogued mistakes that explain everything; several where several results are wrong.
    followed: called functions that were replaced by right ones, because their own mistakes had already cost points.
    unwritten: it is still the starter's function, which always raises NotImplementedError.
    missing: the function or class that is not there.
    repair: what makes the function right; None where it was not looked for or not found.
    formula: a change of the formula that gives these values, as a sentence; where there is no diagnosis and no repair.
    """

    function: str
    points: float
    max_points: float
    outcome: Outcome
    checks: tuple[CheckMark, ...]
    rationale: str = ""
    gist: str = ""
    help: str = ""
    diagnoses: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
    followed: tuple[str, ...] = ()
    output: str = ""
    seconds: float = 0.0
    unwritten: bool = False
    missing: str = ""
    repair: Repair | None = None
    formula: str = ""

    @property
    def diagnosis(self) -> str | None:
        """The diagnoses as one text."""
        return ", ".join(self.diagnoses) or None


@dataclass(frozen=True)
class SubmissionMark:
    """One submission; notes: what is unusual about the file.

    look: why a person should look at it, such as a place that cannot be read.
    missing_packages: packages that a function needs and that are not there.
    """

    submission: str
    status: Literal["graded", "unreadable", "fault"]
    questions: tuple[QuestionMark, ...]
    max_score: float
    notes: tuple[str, ...] = ()
    look: tuple[str, ...] = ()
    missing_packages: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        return round(sum(q.points for q in self.questions), 6)


@dataclass(frozen=True)
class ClassMark:
    """Everything that one grading run found. submissions: may be read from disk one by one, anew on every pass."""

    assignment: str
    title: str
    seed: int
    isolation: str
    submissions: Collection[SubmissionMark]
