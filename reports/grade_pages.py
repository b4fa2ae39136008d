"""What students and their teacher read of a marking, as pages in the look of the comparison report."""

from __future__ import annotations

from typing import Final

from gradecheck.grading.course.summary import ClassSummary
from gradecheck.grading.handed_in.names import printable
from gradecheck.grading.marks import Outcome
from gradecheck.wording import number
from reports import feedback
from reports.class_summary import head
from reports.feedback import SAID, Feedback
from reports.html import environment
from reports.tables import Table

OUTCOMES: Final[tuple[Outcome, ...]] = ("passed", "wrong", "error", "limit")


def feedback_page(found: Feedback) -> str:
    """What one student is told.

    Raises ModuleNotFoundError without the report extra, saying how to get it.
    """
    table = feedback.table(found)
    told = [q for q in found.questions if not q.full or q.outcome == "fault" or q.found not in ("", SAID["passed"])]
    return (
        environment()
        .get_template("feedback.html")
        .render(
            found=found,
            headline=feedback.headline(found),
            table=Table(tuple(header or "outcome" for header in table.headers), table.rows),
            told=told,
            hidden=feedback.HIDDEN_NOTE,
        )
    )


def class_page(found: ClassSummary) -> str:
    """A class at a glance. Raises as `feedback_page`."""
    most = max((b.count for b in found.histogram), default=0) or 1
    questions = [
        (q.function, f"{q.share:.0%}", number(q.max_points), *(str(q.outcomes.get(o, 0)) for o in OUTCOMES))
        for q in found.questions
    ]
    mistakes = [(m.mistake, str(m.count), m.what) for m in found.mistakes]
    not_graded = [(printable(n.submission), n.status, printable(n.why)) for n in found.not_graded]
    return (
        environment()
        .get_template("class.html")
        .render(
            found=found,
            head=head(found),
            bins=[(b, round(100 * b.count / most)) for b in found.histogram],
            questions=Table(("function", "mean", "points", *OUTCOMES), questions),
            mistakes=Table(("mistake", "submissions", "what it is"), mistakes),
            not_graded=Table(("submission", "status", "why"), not_graded),
        )
    )
