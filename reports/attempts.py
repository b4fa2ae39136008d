"""What a student is told of an attempt: whether it counts, and what lateness costs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from gradecheck.grading.classrun.rows import Row
from gradecheck.grading.people.person import Attempt, Student
from gradecheck.verifying.wording import counted, points
from reports.teachers import alike

DIFFER: Final = "Lateness is not the same for all members of your group, and is not shown here."


def about(students: Iterable[Student], rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """By submission, what there is to say; nothing of the only attempt of a student that is in time.

    Members of a group read the same page: it says what holds for all of them, and of lateness that it differs.
    """
    counting = {row.id: row.submission for row in rows}
    attempts: dict[str, Attempt] = {}
    places: dict[str, set[str]] = {}
    for student in students:
        for attempt in student.attempts:
            attempts[attempt.submission] = attempt
            place = _place(attempt, len(student.attempts), counting.get(student.id) == attempt.submission)
            places.setdefault(attempt.submission, set()).add(place)
    return {
        name: (*_shared(places[name]), *_late(attempt, [row for row in rows if row.submission == name]))
        for name, attempt in attempts.items()
    }


def _place(attempt: Attempt, of: int, counts: bool) -> str:
    if of == 1:
        return ""
    return f"Attempt {attempt.number} of {of}. {'This is the one that counts.' if counts else 'Another one counts.'}"


def _shared(said: Collection[str]) -> list[str]:
    return [text for text in said if text and len(said) == 1]


def _late(attempt: Attempt, rows: Sequence[Row]) -> list[str]:
    if not any(row.late for row in rows):
        return []
    if not all(row.late for row in rows):
        return [DIFFER]
    when = f"It was handed in late, at {attempt.handed_in}." if attempt.handed_in else "It was handed in late."
    return [f"{when}{_cost(rows[0])}" if alike(rows) else when]


def _cost(row: Row) -> str:
    """What lateness costs, in a sentence; "" where it costs nothing."""
    if not row.deduction or row.score is None:
        return ""
    return (
        f" That takes {counted(row.deduction, 'point')} off: {points(row.score)} of {points(row.max_score)} are left."
    )
