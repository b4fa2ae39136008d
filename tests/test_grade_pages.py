"""The students' feedback as a page: escaped, and in the look of the report."""

from dataclasses import replace

import pytest

from reports import repairs
from reports.told import Example, Feedback, FeedbackCheck, FeedbackQuestion
from tests.made_class import EVIL, REPAIR
from tests.test_page import Elements

pytest.importorskip("jinja2", reason="the pages need the report extra; pip install 'gradecheck[report]'")


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


def safe(page, scripts=1):
    """The page's elements; no script but ours, and nothing of a stranger's."""
    elements = Elements(page)
    assert sum(tag == "script" for tag, _ in elements.found) == len(elements.scripts) == scripts
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
