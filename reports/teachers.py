"""What a teacher changed, for the student's page, and for what learning platforms read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from gradecheck.grading.classrun.rows import Row

DIFFER: Final = "Your teacher changed marks of single members of your group, which are not shown here."


@dataclass(frozen=True)
class Given:
    """What the teacher made of a submission.    score: before lateness, None for none.    points: by question.

    changed: as sentences.    comment: its lines.
    """

    score: float | None = None
    points: Mapping[str, float | None] | None = None
    excused: bool = False
    changed: tuple[str, ...] = ()
    comment: tuple[str, ...] = ()


def given(rows: Iterable[Row]) -> dict[str, Given]:
    """By submission, where the teacher changed anything. Members of a group who differ see no one's marks."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.submission is not None:
            found.setdefault(row.submission, []).append(row)
    return {
        name: _given(own[0]) if alike(own) else Given(changed=(DIFFER,))
        for name, own in found.items()
        if any(row.changed or row.comment for row in own)
    }


def alike(rows: Iterable[Row]) -> bool:
    """Whether all have the same marks, for the same reasons, so that each may read of the others."""
    return len({(row.score, *row.points.items(), row.excused, row.comment, row.changed) for row in rows}) <= 1


def _given(row: Row) -> Given:
    score = None if row.score is None else round(row.score + row.deduction, 6)
    return Given(score, row.points, row.excused, row.changed, tuple(row.comment.splitlines()))
