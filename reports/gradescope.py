"""One submission as the results.json that Gradescope reads (gradescope/autograder_samples, docs/specs.md)."""

from __future__ import annotations

import json
from typing import Any, Literal

from gradecheck.grading.marks import QuestionMark, SubmissionMark
from reports.document import plain

Feedback = Literal["public", "hidden"]


def gradescope(mark: SubmissionMark, feedback: Feedback) -> str | None:
    """The whole file; None for a submission that was not judged: Gradescope must not get a score for it.

    feedback: "hidden" leaves out the input and what the submission said about it. All text is plain: much of it is a
    stranger's.
    """
    if mark.status == "fault" or any(q.outcome == "fault" for q in mark.questions):
        return None
    document = {
        "score": mark.score,
        "output": "\n".join(mark.notes),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"status": mark.status, "max_score": mark.max_score},
        "tests": [_test(str(i), q, feedback) for i, q in enumerate(mark.questions, 1)],
    }
    return json.dumps(plain(document), indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def _test(position: str, q: QuestionMark, feedback: Feedback) -> dict[str, Any]:
    return {
        "score": q.points,
        "max_score": q.max_points,
        "status": "passed" if q.outcome == "passed" else "failed",
        "name": q.function,
        "name_format": "text",
        "number": position,
        "output": _output(q, feedback),
        "output_format": "text",
        "visibility": "visible",
        "extra_data": {"outcome": q.outcome, "checks": {c.check: c.outcome for c in q.checks}, "mistakes": q.diagnoses},
    }


def _output(q: QuestionMark, feedback: Feedback) -> str:
    """What was found, what to look at next, and the counterexample."""
    if q.outcome == "passed":
        return "passed"
    parts = [q.rationale if feedback == "public" else q.gist, q.help]
    if feedback == "public" and q.counterexample is not None:
        c = q.counterexample
        parts += [f"expected {c.expected}\nactual   {c.actual}", c.repro]
    return "\n\n".join(part for part in parts if part)
