"""Holds changes against the class and its assignment, and finds which of them count: of two, the later one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Final

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.people.clocks import has_zone
from gradecheck.grading.people.person import People, Student
from gradecheck.grading.submissions.names import printable
from gradecheck.grading.teacher.change import Change, Standing, Thing
from gradecheck.grading.teacher.whom import whom
from gradecheck.verifying.wording import number

MOST_DAYS: Final = 366


def standing(changes: Sequence[Change], people: People, assignment: Assignment) -> Standing:
    """What counts of these changes. Raises ValueError for one that does not fit the class or the assignment."""
    by: dict[str, dict[Thing, Change]] = {}
    replaced = []
    for change in changes:
        for student in checked(change, people, assignment):
            own = by.setdefault(student.id, {})
            if change.undo:
                by[student.id] = _without(own, change)
                continue
            replaced += [_replaced(student, thing, own[thing], change) for thing in change.things if thing in own]
            own.update(dict.fromkeys(change.things, change))
    return Standing({id: own for id, own in by.items() if own}, tuple(replaced))


def _without(own: Mapping[Thing, Change], undo: Change) -> dict[Thing, Change]:
    """What is left of a student's changes. Raises ValueError where there is nothing to take back."""
    left = {thing: old for thing, old in own.items() if undo.question not in ("", thing.question)}
    if len(left) == len(own):
        of = f"{undo.question} of {undo.student}" if undo.question else undo.student
        raise ValueError(f"{undo.place}: undo is True, but nothing is changed of {of} before it; leave it out")
    return left


def _replaced(student: Student, thing: Thing, old: Change, new: Change) -> str:
    return f"{printable(student.id)}: {thing.question or thing.kind}: {_line(new)} takes the place of {_line(old)}"


def _line(change: Change) -> str:
    return change.place.rpartition(", ")[2]


# -- one change


def checked(change: Change, people: People, assignment: Assignment) -> tuple[Student, ...]:
    """Whom it is about. Raises ValueError, which begins with its place, where it does not fit."""
    try:
        found = whom(change.student, people)
    except ValueError as error:
        raise ValueError(f"{change.place}: student {error}") from error
    complaint = _question(change, assignment) or _what(change) or _points(change, assignment)
    complaint = complaint or _extension(change, assignment) or _reason(change)
    if complaint:
        raise ValueError(f"{change.place}: {complaint}")
    return found


def _question(change: Change, assignment: Assignment) -> str:
    names = [question.name for question in assignment.questions]
    if change.question in ("", *names):
        return ""
    near = get_close_matches(change.question, names, cutoff=0.5)
    meant = f"; did you mean {' or '.join(near)}?" if near else f"; there are {', '.join(names)}"
    return f"question is {change.question!r}, but should be one of the assignment{meant}"


def _what(change: Change) -> str:
    if change.undo and change.things:
        return f"undo stands beside {change.things[0].kind}, but should stand alone: it takes earlier changes back"
    if change.question and change.points is None and not change.undo:
        return f"question is {change.question!r}, but has no points; name both, or none"
    if not change.undo and not change.things:
        return "nothing is changed, but points, excused, comment, extension or undo should be"
    return ""


def _points(change: Change, assignment: Assignment) -> str:
    if change.points is None:
        return ""
    of = {question.name: question.points for question in assignment.questions}
    most = of[change.question] if change.question else assignment.max_score
    if change.points <= most or change.extra:
        return ""
    whole = f"which {change.question or 'the assignment'} has"
    return f"points is {number(change.points)}, but should be at most {number(most)}, {whole}; for more say extra, too"


def _extension(change: Change, assignment: Assignment) -> str:
    deadline = assignment.people.deadline
    if change.extension is None:
        return ""
    if deadline is None:
        return "extension is given, but the assignment has no deadline; name the key deadline there"
    if isinstance(change.extension, float):
        should = f"a number of days above 0, and at most {MOST_DAYS}"
        return (
            ""
            if 0 < change.extension <= MOST_DAYS
            else f"extension is {number(change.extension)}, but should be {should}"
        )
    if has_zone(change.extension.isoformat()) != (deadline.tzinfo is not None):
        should = "a time zone" if deadline.tzinfo is not None else "no time zone"
        return f"extension is {change.extension}, but should have {should}, as the deadline {deadline} has"
    return "" if change.extension > deadline else f"extension is {change.extension}, but should be after {deadline}"


def _reason(change: Change) -> str:
    needs = any(thing.kind != "comment" for thing in change.things)
    if change.because or not needs:
        return ""
    return "because is left out, but should give the reason"


# -- extensions


def deadlines(found: Standing, assignment: Assignment) -> Mapping[str, datetime]:
    """The deadline of each student who has one of their own."""
    given = {id: own.get(Thing("extension")) for id, own in found.by.items()}
    return {id: extended(change, assignment) for id, change in given.items() if change is not None}


def extended(change: Change, assignment: Assignment) -> datetime:
    """The deadline after an extension."""
    deadline, given = assignment.people.deadline, change.extension
    assert deadline is not None
    assert given is not None
    return deadline + timedelta(days=given) if isinstance(given, float) else given
