"""The students of a class as rows of its page: those whom a person should look at first, the others by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gradecheck.grading.classrun.rows import Row
from gradecheck.grading.classrun.summary import ClassSummary
from gradecheck.grading.submissions.names import feedback_name, printable
from gradecheck.verifying.wording import counted, points

KINDS: Final = (
    "cannot be read",
    "needs a package that is not there",
    "has a line or a file to look at",
    "has functions that were not judged",
    "is not on the roster",
    "handed in nothing",
)
"""Why a person should look at a student; the first ones stand first on the page."""
UNREADABLE, PACKAGE, FILE, NOT_JUDGED, STRANGER, NOTHING = KINDS


@dataclass(frozen=True)
class Reason:
    """Why a person should look at a student.    kind: of KINDS.    what: in words; "" where the kind says it all."""

    kind: str
    what: str = ""

    @property
    def said(self) -> str:
        return self.what or self.kind


@dataclass(frozen=True)
class Line:
    """A student with all that the page says of them.    reasons: to look at them, in the order of KINDS.

    of: how many submissions there are.
    """

    row: Row
    reasons: tuple[Reason, ...]
    of: int

    @property
    def name(self) -> str:
        return printable(self.row.name)

    @property
    def link(self) -> str:
        """The address of the feedback beside the class page; "" where there is none."""
        return f"feedback/{feedback_name(self.row.submission, self.of)}.html" if self.row.submission else ""


@dataclass(frozen=True)
class Column:
    """A column of the table.    cell: what it says of a student.    usual: what it says of most.

    A column that says the usual of everybody is left out, where `always` does not keep it.
    kind: of page.css (number, words, short); places: it is sorted by the order of the lines.
    """

    title: str
    cell: Callable[[Line], str]
    usual: Callable[[Line], str] = lambda line: ""
    always: bool = False
    kind: str = ""


def lines(found: ClassSummary, rows: Sequence[Row]) -> tuple[Line, ...]:
    """A line for every student. rows: sorted by name."""
    known = _reasons(found)
    every = (Line(row, tuple(_of(row, known)), found.attempts) for row in rows)
    return tuple(sorted(every, key=lambda line: KINDS.index(line.reasons[0].kind) if line.reasons else len(KINDS)))


def _reasons(found: ClassSummary) -> Mapping[str, Sequence[Reason]]:
    """The reasons that the submissions themselves give."""
    reasons: dict[str, list[Reason]] = {}
    for submission in found.not_graded:
        kind = UNREADABLE if submission.status == "unreadable" else NOT_JUDGED
        reasons.setdefault(submission.submission, []).append(Reason(kind, submission.why))
    for package in found.packages:
        for name in package.submissions:
            reasons.setdefault(name, []).append(Reason(PACKAGE, f"the package {package.package} is not there"))
    for look in found.to_look_at:
        kinds = (NOT_JUDGED if why in look.not_judged else FILE for why in look.why)
        reasons.setdefault(look.submission, []).extend(map(Reason, kinds, look.why))
    return reasons


def _of(row: Row, known: Mapping[str, Sequence[Reason]]) -> Iterator[Reason]:
    yield from sorted(known.get(row.submission or "", ()), key=lambda reason: KINDS.index(reason.kind))
    if row.roster == "off":
        yield Reason(STRANGER)
    if row.has_nothing:
        yield Reason(NOTHING)


# -- the cells


def columns(found: Sequence[Line]) -> tuple[Column, ...]:
    """The columns that say something of these students."""
    every = (
        Column("student", lambda line: line.row.name, always=True),
        Column("score", _score, always=True, kind="number"),
        Column("to look at", _look, always=True, kind="words places"),
        Column("status", lambda line: "excused" if line.row.excused else line.row.status, always=True, kind="short"),
        Column("late", _late),
        Column("attempt", _attempt, lambda line: "1"),
        Column("id", lambda line: line.row.id, lambda line: line.row.name),
        Column("section", lambda line: line.row.section),
        Column("group", lambda line: line.row.group),
        Column("changed by the teacher", _changed, kind="words"),
    )
    return tuple(c for c in every if c.always or any(c.cell(line) != c.usual(line) for line in found))


def cells(line: Line, shown: Sequence[Column]) -> tuple[str, ...]:
    return tuple(printable(column.cell(line)) for column in shown)


def _score(line: Line) -> str:
    return "" if line.row.score is None else points(line.row.score)


def _look(line: Line) -> str:
    return "; ".join(reason.said for reason in line.reasons)


def _late(line: Line) -> str:
    cost = f", {counted(round(line.row.deduction, 2), 'point')} off" if line.row.deduction else ""
    return f"late{cost}" if line.row.late else ""


def _attempt(line: Line) -> str:
    number = "" if line.row.attempt is None else str(line.row.attempt)
    return number if line.row.attempts < 2 else f"{number} of {line.row.attempts}"


def _changed(line: Line) -> str:
    return "; ".join(line.row.said)
