"""The pages on a marking, for students and their teacher, in the style of the comparison report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gradecheck.grading.classrun.rows import Row
from gradecheck.grading.classrun.summary import ClassSummary
from reports import feedback
from reports.class_groups import Groups
from reports.class_rows import cells, columns, lines
from reports.class_summary import OUTCOMES, head
from reports.class_tags import CHOICES, causes, tags
from reports.html import environment
from reports.told import Feedback, sections

MOST_ROWS: Final = 100
"""Rows of the table of students that are elements of the page at a time."""


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
            teacher=feedback.TEACHER,
        )
    )


def class_page(found: ClassSummary, rows: Sequence[Row]) -> str:
    """A class, and every student of it as a row with a link to the feedback. Raises as `feedback_page`."""
    students = lines(found, rows)
    marked = tags(found, students)
    shown = columns(students)
    groups = Groups(found, students, marked)
    most = max((b.count for b in found.histogram), default=0) or 1
    return (
        environment()
        .get_template("class.html")
        .render(
            found=found,
            head=head(found),
            columns=shown,
            rows=[
                (cells(line, shown), line.link, own)
                for line, own in zip(students, marked.by_line(len(students)), strict=True)
            ],
            most_rows=MOST_ROWS,
            choices={
                (choice, label): [(i, tag) for i, tag in enumerate(marked.every) if tag.choice == choice]
                for choice, label in CHOICES.items()
            },
            problems=list(groups.problems()),
            bins=[(b, round(100 * b.count / most)) for b in found.histogram],
            functions=groups.functions() if found.graded else [],
            outcomes=OUTCOMES,
            mistakes=list(groups.mistakes()),
            causes=list(groups.causes()),
            left_out=len(found.causes) - len(causes(found)),
            packages=list(groups.packages()),
        )
    )
