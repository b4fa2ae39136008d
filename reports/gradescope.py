"""One submission as the results.json that Gradescope reads (gradescope/autograder_samples, docs/specs.md)."""

from __future__ import annotations

import json
from typing import Any, Literal

from gradecheck.grading.marks import Hint, QuestionMark, SubmissionMark
from reports import repairs
from reports.document import plain

Feedback = Literal["public", "hidden"]


def gradescope(mark: SubmissionMark, feedback: Feedback, hint: Hint) -> str | None:
    """The whole file; None for one that was not judged: Gradescope must not get a score for it.

    feedback: "hidden" leaves out the input and what the submission said about it. All text is plain: much of it is a
    stranger's.    hint: how much of a repair is told.
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
        "tests": [_test(str(i), q, feedback, hint) for i, q in enumerate(mark.questions, 1)],
    }
    return json.dumps(plain(document), indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def _test(position: str, q: QuestionMark, feedback: Feedback, hint: Hint) -> dict[str, Any]:
    return {
        "score": q.points,
        "max_score": q.max_points,
        "status": "passed" if q.outcome == "passed" else "failed",
        "name": q.function,
        "name_format": "text",
        "number": position,
        "output": output(q, feedback, hint),
        "output_format": "text",
        "visibility": "visible",
        "extra_data": {"outcome": q.outcome, "checks": {c.check: c.outcome for c in q.checks}, "mistakes": q.diagnoses},
    }


def output(q: QuestionMark, feedback: Feedback, hint: Hint) -> str:
    """What was found, what makes it right, what to look at next, and the counterexample."""
    if q.outcome == "passed":
        return "passed"
    parts = [q.rationale if feedback == "public" else q.gist, q.formula if hint != "line" else ""]
    if q.repair is not None:
        parts.append(repairs.plain(repairs.told(q.repair, hint, bool(q.diagnoses))))
    parts.append(q.help)
    if feedback == "public" and q.counterexample is not None:
        c = q.counterexample
        parts += [f"expected {c.expected}\nactual   {c.actual}", c.repro]
    return "\n\n".join(part for part in parts if part)
