"""One submission as Autolab reads it: what students see, and then a line of JSON with the scores."""

from __future__ import annotations

import json

from gradecheck.grading.marks import SubmissionMark


def autolab(mark: SubmissionMark, feedback: str) -> str | None:
    """The output of a run; None for a submission that was not judged: Autolab must not get a score for it.

    feedback: for the student.
    """
    if mark.status == "fault" or any(q.outcome == "fault" for q in mark.questions):
        return None
    scores = {q.function: q.points for q in mark.questions}
    return f"{feedback.rstrip()}\n{json.dumps({'scores': scores})}\n"
