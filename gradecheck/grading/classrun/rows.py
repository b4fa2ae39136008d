"""Joins marks to people: one row a student, with the attempt that counts. Marks themselves know nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.assignments.handing_in import Counting
from gradecheck.grading.marks import SubmissionMark
from gradecheck.grading.people.clocks import days_late
from gradecheck.grading.people.person import Attempt, People, Roster, Student

Status = Literal["graded", "unreadable", "fault", "nothing"]
"""Of the submission that counts; "nothing" where nothing was handed in."""


@dataclass(frozen=True)
class Row:
    """One student with marks, as in results.json, where every field is explained.

    score, points, excused, comment, changed: after the teacher.   machine_score: before.
    whole: the teacher gave the score as a whole, and it is not the sum of the points.
    deduction: points that lateness takes off the score.
    """

    id: str
    name: str
    email: str
    login: str
    section: str
    group: str
    submission: str | None
    attempt: int | None
    attempts: int
    late: bool
    handed_in: str
    roster: Roster
    status: Status
    score: float | None
    machine_score: float | None
    deduction: float
    max_score: float
    points: Mapping[str, float | None]
    excused: bool = False
    comment: str = ""
    changed: tuple[str, ...] = ()
    platform: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False

    @property
    def said(self) -> tuple[str, ...]:
        """What the teacher said: every change, and the comment."""
        return (*self.changed, *[f"comment: {self.comment}"] * bool(self.comment))

    @property
    def has_nothing(self) -> bool:
        """Whether nothing was handed in, and the teacher said nothing of it that would be a mark."""
        return self.status == "nothing" and self.score is None and not self.excused


@dataclass(frozen=True)
class _Marked:
    """What is kept of a mark.    score: None where it was not judged."""

    status: Status
    score: float | None
    points: Mapping[str, float | None]


NOTHING: Final = _Marked("nothing", None, {})


def rows(
    people: People,
    marks: Iterable[SubmissionMark],
    assignment: Assignment,
    own: Mapping[str, datetime] = MappingProxyType({}),
) -> tuple[Row, ...]:
    """A row for every student, sorted by name and then by id. marks: of every submission.

    own: deadlines that the teacher gave, by student; the machine's score knows none of them.
    """
    kept = {mark.submission: _kept(mark) for mark in marks}
    found = (_row(student, kept, assignment, own) for student in people.students)
    return tuple(sorted(found, key=lambda row: (row.name, row.id)))


def _kept(mark: SubmissionMark) -> _Marked:
    points = {q.function: None if q.outcome == "fault" else q.points for q in mark.questions}
    return _Marked(mark.status, mark.score if mark.status == "graded" else None, points)


def _row(student: Student, marked: Mapping[str, _Marked], assignment: Assignment, own: Mapping[str, datetime]) -> Row:
    def counting(deadline: datetime | None) -> _Judged | None:
        judged = [_Judged(a, marked[a.submission], assignment, deadline) for a in student.attempts]
        return _counting(judged, assignment.people.attempts)

    machine = counting(assignment.people.deadline)
    counts = counting(own[student.id]) if student.id in own else machine
    mark = NOTHING if counts is None else counts.mark
    attempt = None if counts is None else counts.attempt
    return Row(
        id=student.id,
        name=student.name,
        email=student.email,
        login=student.login,
        section=student.section,
        group=student.group,
        submission=attempt.submission if attempt else None,
        attempt=attempt.number if attempt else None,
        attempts=len(student.attempts),
        late=counts is not None and counts.is_late,
        handed_in=attempt.handed_in if attempt else "",
        roster=student.roster,
        status=mark.status,
        score=counts.score if counts else None,
        machine_score=machine.score if machine else None,
        deduction=counts.deduction if counts else 0.0,
        max_score=assignment.max_score,
        points=mark.points,
        platform=attempt.platform if attempt else {},
    )


@dataclass(frozen=True)
class _Judged:
    """An attempt with its mark, and what lateness makes of that."""

    attempt: Attempt
    mark: _Marked
    assignment: Assignment
    deadline: datetime | None

    @property
    def is_late(self) -> bool:
        """By the deadline, or where there is no time by the platform's word."""
        known = self.deadline is not None and self.attempt.handed_in
        return _days(self.attempt.handed_in, self.deadline, self.assignment) > 0 if known else self.attempt.late

    @property
    def deduction(self) -> float:
        score, when = self.mark.score, self.attempt.handed_in
        return 0.0 if score is None else deduction(score, when, self.deadline, self.assignment)

    @property
    def score(self) -> float | None:
        return None if self.mark.score is None else round(self.mark.score - self.deduction, 6)


def _counting(judged: Sequence[_Judged], which: Counting) -> _Judged | None:
    """The attempt that counts. Of equally good ones, and where none was judged, it is the newest."""
    if not judged:
        return None
    if which == "newest":
        return judged[-1]
    return max(reversed(judged), key=lambda one: -1.0 if one.score is None else one.score)


# -- lateness


def deduction(total: float, handed_in: str, deadline: datetime | None, assignment: Assignment) -> float:
    """The points that lateness takes off a total."""
    late = assignment.people.late
    if late is None:
        return 0.0
    most = assignment.max_score * late.percent_a_day / 100 * _days(handed_in, deadline, assignment)
    return round(min(most, total), 6)


def _days(handed_in: str, deadline: datetime | None, assignment: Assignment) -> int:
    late = assignment.people.late
    return days_late(handed_in, deadline, late.grace_minutes if late else 0.0)
