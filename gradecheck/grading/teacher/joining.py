"""Joins what the teacher changed to the rows of a class."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.classrun.rows import Row, deduction
from gradecheck.grading.teacher.change import Change, Kind, Standing, Thing
from gradecheck.grading.teacher.standing import extended
from gradecheck.verifying.wording import points as rounded

SEEN: Final = 12
"""Characters of a digest that are kept with a change."""
KINDS: Final[tuple[Kind, ...]] = ("points", "score", "extension", "excused", "comment")


def seen(contents: Mapping[str, str], submission: str | None) -> str:
    """What a change keeps of what was handed in.    contents: digests, by submission."""
    return contents.get(submission or "", "")[:SEEN]


def joined(
    rows: Iterable[Row], found: Standing, assignment: Assignment, contents: Mapping[str, str]
) -> tuple[Row, ...]:
    """The rows after the teacher. Those that come in know the students' own deadlines already."""
    return tuple(
        _changed(row, found.by[row.id], assignment, seen(contents, row.submission)) if row.id in found.by else row
        for row in rows
    )


def _changed(row: Row, own: Mapping[Thing, Change], assignment: Assignment, now: str) -> Row:
    comment = own.get(Thing("comment"))
    points, score, lost = _points(row, own, assignment), row.score, row.deduction
    if points != row.points:
        score, lost = _score(row, points, own, assignment)
    if (given := own.get(Thing("score"))) is not None:
        score, lost = given.points, 0.0
    excused = Thing("excused") in own
    return replace(
        row,
        points=points,
        score=None if excused else score,
        deduction=0.0 if excused else lost,
        excused=excused,
        comment=comment.comment or "" if comment is not None else "",
        changed=tuple(_sentences(row, own, assignment, now)),
        whole=given is not None and not excused,
    )


def _points(row: Row, own: Mapping[Thing, Change], assignment: Assignment) -> Mapping[str, float | None]:
    """Of the questions in the assignment's order; of a submission without marks those alone that the teacher gave."""
    given = {thing.question: change.points for thing, change in own.items() if thing.kind == "points"}
    names = [question.name for question in assignment.questions]
    return {name: given.get(name, row.points.get(name)) for name in names if name in row.points or name in given}


def _score(
    row: Row, points: Mapping[str, float | None], own: Mapping[Thing, Change], assignment: Assignment
) -> tuple[float | None, float]:
    """The score and what lateness takes off it. Without marks there is none until every question has points."""
    every = len(points) == len(assignment.questions) and None not in points.values()
    if row.status != "graded" and not every:
        return None, 0.0
    total = sum(given or 0.0 for given in points.values())
    extension = own.get(Thing("extension"))
    deadline = assignment.people.deadline if extension is None else extended(extension, assignment)
    lost = deduction(total, row.handed_in, deadline, assignment)
    return round(total - lost, 6), lost


# -- in words


def _sentences(row: Row, own: Mapping[Thing, Change], assignment: Assignment, now: str) -> Iterator[str]:
    """What was changed and why, the questions in the assignment's order; a comment speaks for itself."""
    places = [question.name for question in assignment.questions]
    inside = sorted(own.items(), key=lambda item: (KINDS.index(item[0].kind), _place(item[0], places)))
    for thing, change in inside:
        match thing.kind:
            case "points":
                was = row.points.get(thing.question)
                yield f"{thing.question}: {_instead(change.points, was)}, because {change.because}"
            case "score":
                yield f"score: {_instead(change.points, row.machine_score)}, because {change.because}"
            case "extension":
                when, was_due = extended(change, assignment), assignment.people.deadline
                clockless = row.submission is not None and not row.handed_in
                unknown = "; when it was handed in is not known, so that nothing changes" * clockless
                yield f"deadline: {when} instead of {was_due}, because {change.because}{unknown}"
            case "excused":
                yield f"excused, because {change.because}"
    for thing, change in inside:
        if change.seen not in (None, now) and thing.kind != "extension":
            yield f"{thing.question or thing.kind}: what was handed in is newer than this change"


def _place(thing: Thing, places: list[str]) -> int:
    return places.index(thing.question) if thing.question else 0


def _instead(given: float | None, was: float | None) -> str:
    return f"{_said(given)} instead of {_said(was)}"


def _said(given: float | None) -> str:
    return "no points" if given is None else rounded(given)
