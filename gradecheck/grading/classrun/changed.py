"""Whose marks the teacher changed, for the summary of a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradecheck.grading.classrun.rows import Row


@dataclass(frozen=True)
class ByTeacher:
    """A student whose marks the teacher changed, and what was changed, or the comment."""

    name: str
    what: tuple[str, ...]


def by_teacher(rows: Sequence[Row]) -> tuple[ByTeacher, ...]:
    """Those of whom the teacher said anything."""
    return tuple(ByTeacher(row.name, what) for row in rows if (what := row.said))
