"""A whole run: find the submissions, mark each, keep going whatever happens to one of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from gradecheck.grading import submissions
from gradecheck.grading.assignment import Assignment
from gradecheck.grading.bank import Bank
from gradecheck.grading.marking import mark
from gradecheck.grading.marks import QuestionMark, SubmissionMark
from gradecheck.grading.process import Isolation, JailError


def find(paths: list[Path]) -> list[tuple[str, Path]]:
    """Every submission with its name: the path relative to what was given."""
    found = []
    for path in paths:
        root = path if path.is_dir() else path.parent
        found += [(os.path.relpath(p, root), p) for p in submissions.find(path)]
    return found


def grade_one(name: str, path: Path, assignment: Assignment, bank: Bank, isolation: Isolation) -> SubmissionMark:
    """The marks of one submission. A fault of ours is said to be one, and is never a 0."""
    try:
        source = submissions.read(path, assignment.file)
    except submissions.UnreadableError as error:
        return SubmissionMark(name, "unreadable", (), assignment.max_score, (f"{name}: {error}",))
    except OSError as error:
        why = f"{name} cannot be read: {error.strerror}"
        return SubmissionMark(name, "unreadable", (), assignment.max_score, (why,))
    try:
        return mark(name, source, assignment, bank, isolation)
    except JailError as error:
        return _fault(name, assignment, str(error))


def _fault(name: str, assignment: Assignment, why: str) -> SubmissionMark:
    questions = tuple(
        QuestionMark(q.name, 0.0, q.points, "fault", (), rationale=f"not judged: {why}") for q in assignment.questions
    )
    return SubmissionMark(name, "fault", questions, assignment.max_score, (f"not judged, a fault of ours: {why}",))


def grade(
    paths: list[Path], assignment: Assignment, bank: Bank, isolation: Isolation
) -> Iterator[SubmissionMark]:
    """Every submission at the paths, in order."""
    for name, path in find(paths):
        yield grade_one(name, path, assignment, bank, isolation)
