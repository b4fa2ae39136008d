"""Feedback on one submission, as a record that any page can show, as Markdown, and for a terminal.

Texts of the submission stand in fences that they cannot close, or escaped: they are data everywhere. Where feedback is
hidden, nothing that would tell of an input is in the record at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from gradecheck.grading.handed_in.names import printable
from gradecheck.grading.marks import CHECKS, CheckName, Outcome, QuestionMark, SubmissionMark
from reports.escaping import escaped, fenced
from reports.tables import Table

MOST_PRINTED: Final = 2000  # characters of what a function printed
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
    """One function. printed: the beginning of what it printed. note: said of a function with all its points."""

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

    @property
    def full(self) -> bool:
        return self.points >= self.max_points


@dataclass(frozen=True)
class Feedback:
    """All that a student is told."""

    submission: str
    title: str
    mode: Mode
    status: str
    score: float
    max_score: float
    questions: tuple[FeedbackQuestion, ...]
    notes: tuple[str, ...]


def feedback(mark: SubmissionMark, title: str, mode: Mode) -> Feedback:
    """What the student of that submission is told in that mode."""
    return Feedback(
        submission=printable(mark.submission),
        title=title,
        mode=mode,
        status=mark.status,
        score=mark.score,
        max_score=mark.max_score,
        questions=tuple(_question(q, mode == "public") for q in mark.questions),
        notes=mark.notes,
    )


def _question(q: QuestionMark, public: bool) -> FeedbackQuestion:
    example = q.counterexample if public else None
    return FeedbackQuestion(
        function=q.function,
        points=q.points,
        max_points=q.max_points,
        outcome=q.outcome,
        checks=tuple(FeedbackCheck(c.check, c.outcome, c.share, c.rationale if public else "") for c in q.checks),
        found=q.rationale if public else q.gist or SAID[q.outcome],
        help=q.help,
        diagnoses=q.diagnoses,
        example=None if example is None else Example(example.repro, example.expected, example.actual),
        printed=_cut(q.output) if public else "",
    )


def _cut(text: str) -> str:
    text = text.rstrip()
    return text if len(text) <= MOST_PRINTED else f"{text[:MOST_PRINTED]}\n... ({len(text)} characters in all)"


def table(found: Feedback) -> Table:
    """One row a function: its points, and how much of each check's credit it has."""
    rows = []
    for q in found.questions:
        shares = {check.name: _share(check) for check in q.checks}
        cells = [shares.get(check, "-") for check in CHECKS]
        rows.append((q.function, f"{q.points:g}", f"{q.max_points:g}", SAID[q.outcome], *cells))
    return Table(("function", "points", "of", "", *CHECKS), rows)


def _share(check: FeedbackCheck) -> str:
    if check.share == 1:
        return "ok"
    return "lost" if check.share == 0 else f"{check.share:.0%}"


def headline(found: Feedback) -> str:
    if found.status == "unreadable":
        return "This submission cannot be read, and was not marked."
    if found.status == "fault":
        return "This submission could not be judged, which is a fault of ours, not of yours."
    right = sum(q.full for q in found.questions)
    return f"{found.score:g} of {found.max_score:g} points; {right} of {len(found.questions)} functions have them all."


HIDDEN_NOTE: Final = (
    "The inputs are hidden until they are released, and so is what your code printed or said when it raised."
)

# -- Markdown


def markdown(found: Feedback) -> str:
    parts = [f"# {escaped(found.title)}", f"**{escaped(found.submission)}**: {headline(found)}"]
    if found.questions and found.status == "graded":
        parts.append(table(found).markdown())
    if found.mode == "hidden":
        parts.append(HIDDEN_NOTE)
    if found.notes:
        parts += ["## About the file", "\n".join(f"- {escaped(note)}" for note in found.notes)]
    for q in found.questions:
        if not q.full or q.outcome == "fault" or q.found not in ("", SAID["passed"]):
            parts += _section(q)
    return "\n\n".join(parts) + "\n"


def _section(q: FeedbackQuestion) -> list[str]:
    parts = [f"## {escaped(q.function)}: {q.points:g} of {q.max_points:g}", escaped(q.found)]
    if q.help:
        parts.append(f"*What to look at:* {escaped(q.help)}")
    if q.example is not None:
        parts += ["Run this beside your file:", fenced(q.example.repro, "python")]
        parts += ["It gave:", fenced(q.example.actual)]
    lost = [c for c in q.checks if c.share < 1 and c.said]
    if lost:
        parts.append("\n".join(f"- {c.name}: {escaped(c.said)}" for c in lost))
    if q.printed:
        parts += ["It printed:", fenced(q.printed)]
    return parts


# -- for a terminal


def terminal(found: Feedback) -> str:
    """What passes in one table, then what does not and why."""
    parts = [table(found).text()] if found.status == "graded" else []
    parts += [printable(note) for note in found.notes]
    for q in found.questions:
        if q.full or found.status != "graded":
            continue
        lines = [f"{q.function}: {printable(q.found)}"]
        if q.help:
            lines.append(f"  look at  {printable(q.help)}")
        if q.example is not None:
            lines += [f"  {printable(line)}" for line in q.example.repro.split("\n")]
            lines.append(f"  # gave {printable(' '.join(q.example.actual.split()))}")
        if q.printed:
            lines += ["  printed", *(f"    {printable(line)}" for line in q.printed.split("\n"))]
        parts.append("\n".join(lines))
    if found.mode == "hidden":
        parts.append(HIDDEN_NOTE)
    parts.append(headline(found))
    return "\n\n".join(parts)
