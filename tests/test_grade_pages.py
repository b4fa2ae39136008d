"""The students' feedback and the class summary as pages: escaped, and in the look of the report."""

from dataclasses import replace

import pytest

from gradecheck.grading.classrun.summary import (
    Bin,
    CauseSummary,
    ClassSummary,
    Mended,
    MistakeSummary,
    NotGraded,
    PackageSummary,
    QuestionSummary,
    ToLookAt,
)
from gradecheck.grading.marks import Change, Repair
from reports import repairs
from reports.told import Example, Feedback, FeedbackCheck, FeedbackQuestion
from tests.test_page import Elements

pytest.importorskip("jinja2", reason="the pages need the report extra; pip install 'gradecheck[report]'")

EVIL = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>"

CHANGE = Change(f"line {EVIL}", f"before {EVIL}", f"after {EVIL}", "axis", f"kind {EVIL}", f"remedy {EVIL}")
REPAIR = Repair((CHANGE,), 48)
MENDED = (Mended(f"{EVIL}.py", REPAIR), Mended("formula.py", None))


def told(**changed):
    lost = FeedbackCheck("correctness", "wrong", 0.5, f"said {EVIL}")
    question = FeedbackQuestion(
        "mse", 1.0, 2.0, "wrong", (lost,), f"found {EVIL}", f"help {EVIL}", (f"diagnosis {EVIL}",),
        Example(f"# {EVIL}", "1", f"gave {EVIL}"), f"printed {EVIL}", repair=repairs.told(REPAIR, "edit", False),
        formula=f"formula {EVIL}",
    )  # fmt: skip
    return Feedback(**{
        "submission": f"{EVIL}.py", "title": "Lecture 03", "mode": "public", "status": "graded", "score": 1.0,
        "max_score": 2.0, "questions": (question,), "notes": (f"note {EVIL}",), **changed,
    })  # fmt: skip


def summary(**changed):
    return ClassSummary(**{
        "assignment": "lecture03", "title": "Lecture 03", "seed": 0, "isolation": "bubblewrap",
        "limits": {"seconds": 5.0, "memory_mib": 512.0, "output_mib": 1.0}, "submissions": 3, "graded": 2,
        "unreadable": 1, "faults": 0, "max_score": 10.0, "mean": 7.5, "median": 7.5, "lowest": 5.0, "highest": 10.0,
        "histogram": (Bin(0.0, 5.0, 0), Bin(5.0, 10.0, 2)),
        "questions": (QuestionSummary("mse", 2.0, 0.25, {"passed": 1, "wrong": 1}, 0.1),),
        "mistakes": (MistakeSummary("mse/no-mean", "mse", f"forgets the mean {EVIL}", 1, MENDED[:1]),),
        "causes": (CauseSummary("mse", f"kind {EVIL}", 2, MENDED),),
        "to_look_at": (ToLookAt(f"{EVIL}.py", (f"line 8 {EVIL}", "newer")),),
        "packages": (PackageSummary(EVIL, 3),),
        "not_graded": (NotGraded(f"{EVIL}.py", "unreadable", f"why {EVIL}"),),
        "marked": 3, "reused": 0, "jobs": 2, "seconds": 1.5, **changed,
    })  # fmt: skip


def safe(page):
    """The page's elements; one script, ours, and nothing of a stranger's."""
    elements = Elements(page)
    assert len(elements.scripts) == 1
    assert "img" not in {tag for tag, _ in elements.found}
    assert [name for _, a in elements.found for name in a if name.startswith("on")] == []
    return elements


def test_feedback_says_everything_and_nothing_of_it_is_markup():
    from reports.grade_pages import feedback_page

    page = feedback_page(told())
    found = safe(page).found
    for word in ("said", "found", "help", "gave", "printed", "note", "line", "kind", "remedy", "formula"):
        assert f"{word} &lt;/pre&gt;&lt;script&gt;" in page
    assert "1 of 2 points" in page
    assert page.count("diagnosis") == 1, "the mistakes' ids stand in an attribute alone"
    assert [a["data-mistakes"] for tag, a in found if tag == "details"] == [f"diagnosis {EVIL}"]
    assert [a["id"] for tag, a in found if tag == "h2"] == ["notes", "functions", "points"]


def test_stubs_are_one_line_and_a_starter_is_nothing_else():
    from reports.grade_pages import feedback_page

    (wrong,) = told().questions
    bare = replace(wrong, unwritten=True, diagnoses=(), example=None, printed="", repair=None, formula="")
    stubs = [replace(bare, function=f) for f in ("a", "b")]
    page = feedback_page(told(questions=(wrong, *stubs)))
    assert "<strong>Still to be written:</strong> a, b</p>" in page
    assert [a["id"] for tag, a in safe(page).found if tag == "details"] == ["function-mse"]
    page = feedback_page(told(questions=tuple(stubs), notes=()))
    assert "Nothing to mark yet" in page
    assert [a for tag, a in safe(page).found if tag in ("h2", "details", "table")] == []


def test_a_submission_that_cannot_be_read_has_a_page():
    from reports.grade_pages import feedback_page

    page = feedback_page(told(status="unreadable", questions=()))
    assert "cannot be read" in page
    assert "<table" not in page


def test_a_class_at_a_glance():
    from reports.grade_pages import class_page

    page = class_page(summary())
    heads = [a["id"] for tag, a in safe(page).found if tag == "h2"]
    assert heads == ["glance", "look", "scores", "questions", "mistakes", "causes", "packages", "left"]
    assert "mse/no-mean" not in page
    assert "isolation: bubblewrap" in page
    assert "mean 7.5, median 7.5 of 10" in page
    assert "width: 100%" in page


def test_a_class_without_marks():
    from reports.grade_pages import class_page

    nothing = {"mean": None, "median": None, "lowest": None, "highest": None, "histogram": (), "questions": ()}
    page = class_page(summary(graded=0, mistakes=(), causes=(), not_graded=(), to_look_at=(), packages=(), **nothing))
    assert [a["id"] for tag, a in safe(page).found if tag == "h2"] == ["glance"]
