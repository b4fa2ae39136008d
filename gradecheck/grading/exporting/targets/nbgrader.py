"""nbgrader: the course's gradebook.db with the marks, written by nbgrader's own Gradebook into a copy of it.

An assignment that is not in it gets one notebook with a cell for each function. What lateness takes off is nbgrader's
late penalty.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from gradecheck.grading.classrun.rows import Row
from gradecheck.grading.exporting.reading import Results, called, due, figure, why_no_points, why_none
from gradecheck.grading.exporting.target import Export, Request, Target, left_out, listed

NOTEBOOK: Final = "gradecheck"
SQLITE: Final = b"SQLite format 3\0"


def make(request: Request) -> Export:
    assert request.theirs is not None
    try:
        from nbgrader.api import Gradebook
        from sqlalchemy.exc import SQLAlchemyError
    except ModuleNotFoundError as error:
        msg = "nbgrader is not installed; pip install 'gradecheck[nbgrader]'"
        raise ValueError(msg) from error
    data = request.theirs.read_bytes()
    if not data.startswith(SQLITE):
        raise ValueError(f"{request.theirs.name} is no database, but should be the course's gradebook.db")
    name = request.column or request.results.assignment
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "gradebook.db")
        copy.write_bytes(data)
        try:
            with Gradebook(f"sqlite:///{copy}") as gradebook:
                missed = _fill(gradebook, name, request.results)
        except SQLAlchemyError as error:
            was = f"{request.theirs.name} is damaged, or of another version of nbgrader"
            raise ValueError(f"{was}, but should be the course's gradebook.db; name another") from error
        return Export(
            copy.read_bytes(),
            (f"assignment: {name}", *left_out(request.results, "left as they were")),
            missed,
        )


def _fill(gradebook: Any, name: str, results: Results) -> tuple[str, ...]:
    """Write the marks. Returns whose are not in the gradebook."""
    there = {student.id for student in gradebook.students}
    known: dict[str, Row] = {}
    for row in results.rows:
        if (student := _student(row, there)) and known.setdefault(student, row) is not row:
            raise ValueError(f"{student} may be {called(known[student])} or {called(row)}; grade with --roster")
    if not known:
        raise ValueError("the gradebook has none of the students of the results; name this course's file")
    cells = _cells(gradebook, name, results)
    found = {row.id for row in known.values()}
    missed = [f"{called(row)} is not in the gradebook" for row in results.rows if row.id not in found and due(row)]
    for student, row in known.items():
        if why_none(row):
            continue
        if why := why_no_points(row, "nbgrader"):
            missed.append(f"{called(row)}: {why}")
            continue
        submission = gradebook.update_or_create_submission(name, student)
        for function, notebook in cells.items():
            grade = gradebook.find_grade(function, notebook, name, student)
            grade.manual_score, grade.needs_manual_grade = row.points.get(function) or 0.0, False
        penalties = [row.deduction, *[0.0] * (len(submission.notebooks) - 1)]
        for own, penalty in zip(submission.notebooks, penalties, strict=True):
            own.late_submission_penalty = penalty
    gradebook.db.commit()
    return tuple(missed)


def _student(row: Row, there: Collection[str]) -> str:
    """The student's id in the gradebook, "" where there is none."""
    return next((text for text in (row.platform.get("student", ""), row.id, row.login) if text in there), "")


def _cells(gradebook: Any, name: str, results: Results) -> dict[str, str]:
    """The notebook in which each function's cell stands. Raises ValueError where an assignment has other cells."""
    found = next((one for one in gradebook.assignments if one.name == name), None)
    if found is None:
        gradebook.add_assignment(name)
        gradebook.add_notebook(NOTEBOOK, name)
        for function, worth in results.worth.items():
            gradebook.add_grade_cell(function, NOTEBOOK, name, max_score=worth, cell_type="code")
        return dict.fromkeys(results.worth, NOTEBOOK)
    cells = {(cell.name, cell.max_score): book.name for book in found.notebooks for cell in book.grade_cells}
    if set(cells) != set(results.worth.items()):
        was, should = (
            listed([f"{cell} ({figure(most)})" for cell, most in sorted(pairs)]) or "none"
            for pairs in (cells, results.worth.items())
        )
        raise ValueError(f"the assignment {name} has the graded cells {was}, but should have {should}; name another")
    return {cell: notebook for (cell, _), notebook in cells.items()}


TARGET: Final = Target("nbgrader", make, "the course's gradebook.db")
