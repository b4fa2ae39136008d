"""Marks in the gradebook of a course of nbgrader, read back by nbgrader's own Gradebook."""

from pathlib import Path

import pytest
from exported import FAULT, GIVEN, NOTHING, results, row

from gradecheck.grading.exporting.target import Request
from gradecheck.grading.exporting.targets import TARGETS


def exported(found, theirs, column=""):
    return TARGETS["nbgrader"].make(Request(found, theirs, column))


ITS_OWN = pytest.mark.filterwarnings("ignore:Object of type <Submitted")
"""A warning of nbgrader's own code, of which it takes no notice."""


@pytest.fixture
def gradebook(tmp_path):
    api = pytest.importorskip("nbgrader.api", reason="nbgrader is not installed: pip install 'gradecheck[nbgrader]'")
    path = tmp_path / "gradebook.db"
    with api.Gradebook(f"sqlite:///{path}") as book:
        for student in ("anna", "007", "=cmd", "bela"):
            book.add_student(student)
    return api, path


def scores(api, content, path, name="three"):
    path.write_bytes(content)
    with api.Gradebook(f"sqlite:///{path}") as book:
        found = {}
        for submission in book.assignment_submissions(name):
            penalty = sum(own.late_submission_penalty or 0.0 for own in submission.notebooks)
            found[submission.student.id] = (submission.score, submission.max_score, penalty)
        return found


@ITS_OWN
def test_nbgrader_has_the_marks_and_the_teachers_file_is_left(gradebook, tmp_path):
    api, path = gradebook
    before = path.read_bytes()
    late = row("=cmd", 1, score=3.0, deduction=0.5, points={"relu": 1.0, "tanh": 2.0, "mse_backward": 0.5})
    rows = [row("anna"), late, row("zoe", 2), row("Bond", 3, platform={"student": "007"}), row("bela", 4, **FAULT)]
    export = exported(results(*rows), path)
    assert export.missed == ("zoe is not in the gradebook",)
    assert path.read_bytes() == before
    found = scores(api, export.content, tmp_path / "out.db")
    assert found == {"anna": (3.5, 6.0, 0.0), "=cmd": (3.5, 6.0, 0.5), "007": (3.5, 6.0, 0.0)}
    whole = exported(results(row("anna", **GIVEN), row("Yves", 1, **NOTHING)), tmp_path / "out.db")
    assert whole.missed == ("anna: has a score of the whole, and nbgrader takes points of functions",)
    assert scores(api, whole.content, tmp_path / "whole.db")["anna"] == (3.5, 6.0, 0.0), "as it was"
    again = exported(results(row("anna", score=5.0)), tmp_path / "out.db")
    assert scores(api, again.content, tmp_path / "again.db")["anna"] == (5.0, 6.0, 0.0)


@ITS_OWN
def test_nbgraders_own_cells_are_not_written_over(gradebook, tmp_path):
    api, path = gradebook
    with api.Gradebook(f"sqlite:///{path}") as book:
        book.add_assignment("three")
        book.add_notebook("p1", "three")
        book.add_grade_cell("cell-1", "p1", "three", max_score=5, cell_type="code")
    with pytest.raises(ValueError, match=r"cell-1 \(5\), but should have mse_backward \(3\)"):
        exported(results(row("anna")), path)
    export = exported(results(row("anna")), path, "three-by-gradecheck")
    assert scores(api, export.content, tmp_path / "out.db", "three-by-gradecheck") == {"anna": (3.5, 6.0, 0.0)}


def test_nbgrader_files_that_will_not_do(gradebook, tmp_path):
    _, path = gradebook
    with pytest.raises(ValueError, match="none of the students"):
        exported(results(row("zoe")), path)
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(path.read_bytes()[:100] + bytes(9000))
    with pytest.raises(ValueError, match=r"damaged\.db is damaged"):
        exported(results(row("anna")), damaged)
    Path(tmp_path, "grades.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match=r"gradebook\.db"):
        exported(results(row("anna")), tmp_path / "grades.csv")
