"""The pages on a marking, for students and their teacher, in the style of the comparison report."""

from __future__ import annotations

from gradecheck.grading.classrun.summary import ClassSummary
from reports import feedback, repairs
from reports.class_summary import head, not_graded, packages, questions, to_look_at
from reports.html import environment
from reports.told import Feedback, sections


def feedback_page(found: Feedback) -> str:
    """What one student is told.

    Raises ModuleNotFoundError without the report extra, saying how to get it.
    """
    return (
        environment()
        .get_template("feedback.html")
        .render(
            found=found,
            headline=feedback.headline(found),
            tone=feedback.tone(found),
            sections=sections(found),
            unwritten=feedback.UNWRITTEN,
            table=feedback.table(found) if found.has_table else None,
            hidden=feedback.HIDDEN_NOTE,
        )
    )


def class_page(found: ClassSummary) -> str:
    """The summary of a class. Raises as `feedback_page`."""
    most = max((b.count for b in found.histogram), default=0) or 1
    tables = {f.__name__: f(found) for f in (questions, packages, to_look_at, not_graded)}
    bins = [(b, round(100 * b.count / most)) for b in found.histogram]
    template = environment().get_template("class.html")
    return template.render(found=found, head=head(found), bins=bins, repairs=repairs, **tables)
