"""Marks one submission from its file, whatever is wrong with it, or with us."""

from __future__ import annotations

import traceback
from pathlib import Path

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.bank.store import Bank
from gradecheck.grading.jail.process import Isolation, JailError
from gradecheck.grading.marks import QuestionMark, SubmissionMark
from gradecheck.grading.submissions import submission
from gradecheck.grading.submissions.carried import UnreadableError
from gradecheck.grading.submissions.names import printable
from gradecheck.grading.submissions.submission import Content


def grade_content(
    name: str, content: Content, assignment: Assignment, bank: Bank, isolation: Isolation
) -> SubmissionMark:
    """The marks of one submission. A fault of ours is called one, and is never a 0."""
    from gradecheck.grading.classrun.marking import mark

    try:
        return mark(name, submission.parse(content, assignment.names, assignment.file), assignment, bank, isolation)
    except UnreadableError as error:
        return unreadable(name, assignment, error)
    except JailError as error:
        return fault(name, assignment, str(error))
    except Exception as error:  # an error of ours leaves one submission without marks, and not the class
        where = traceback.extract_tb(error.__traceback__)[-1]
        why = f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}: {error}"
        return fault(name, assignment, printable(why)[:500])


def unreadable(name: str, assignment: Assignment, error: Exception) -> SubmissionMark:
    why = f"it cannot be read ({error.strerror})" if isinstance(error, OSError) else str(error)
    return SubmissionMark(name, "unreadable", (), assignment.max_score, (why,))


def fault(name: str, assignment: Assignment, why: str) -> SubmissionMark:
    questions = tuple(
        QuestionMark(q.name, 0.0, q.points, "fault", (), rationale=f"not judged: {why}") for q in assignment.questions
    )
    return SubmissionMark(name, "fault", questions, assignment.max_score, (f"not judged, a fault of ours: {why}",))
