"""The students' feedback and the class summary as pages: escaped, and in the look of the report."""

import pytest

from gradecheck.grading.course.summary import Bin, ClassSummary, MistakeSummary, NotGraded, QuestionSummary
from reports.feedback import Example, Feedback, FeedbackCheck, FeedbackQuestion
from tests.test_page import Elements

pytest.importorskip("jinja2", reason="the pages need the report extra; pip install 'gradecheck[report]'")

EVIL = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>"


def told(**changed):
    lost = FeedbackCheck("correctness", "wrong", 0.5, f"said {EVIL}")
    question = FeedbackQuestion(
        "mse", 1.0, 2.0, "wrong", (lost,), f"found {EVIL}", f"help {EVIL}", (f"diagnosis {EVIL}",),
        Example(f"# {EVIL}", "1", f"gave {EVIL}"), f"printed {EVIL}",
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
        "mistakes": (MistakeSummary("mse/no-mean", f"forgets the mean {EVIL}", 1),),
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
    safe(page)
    for word in ("said", "found", "help", "diagnosis", "gave", "printed", "note"):
        assert f"{word} &lt;/pre&gt;&lt;script&gt;" in page
    assert "1 of 2 points" in page


def test_a_submission_that_cannot_be_read_has_a_page():
    from reports.grade_pages import feedback_page

    page = feedback_page(told(status="unreadable", questions=()))
    assert "cannot be read" in page
    assert "<table" not in page


def test_a_class_at_a_glance():
    from reports.grade_pages import class_page

    page = class_page(summary())
    heads = [a["id"] for tag, a in safe(page).found if tag == "h2"]
    assert heads == ["glance", "scores", "questions", "mistakes", "left"]
    assert "mean 7.5, median 7.5 of 10" in page
    assert "width: 100%" in page


def test_a_class_without_marks():
    from reports.grade_pages import class_page

    nothing = {"mean": None, "median": None, "lowest": None, "highest": None, "histogram": (), "questions": ()}
    page = class_page(summary(graded=0, mistakes=(), not_graded=(), **nothing))
    assert [a["id"] for tag, a in safe(page).found if tag == "h2"] == ["glance"]
