"""One submission as the results.json of PrairieLearn's external graders, which is at most 1 MB."""

from __future__ import annotations

import json
from typing import Any, Final

from gradecheck.grading.marks import Hint, QuestionMark, SubmissionMark
from gradecheck.grading.submissions.names import printable
from reports.gradescope import Feedback, output

MOST: Final = 200_000  # characters of all outputs: UTF-8 has at most 4 bytes for each, and JSON some more
CUT: Final = "\n... (more is cut off)"


def prairielearn(mark: SubmissionMark, feedback: Feedback, hint: Hint) -> str:
    """The whole file. What cannot be judged is not gradable, and costs no attempt: there is no other way to say so.

    feedback, hint: as in gradescope.
    """
    faults = [q.rationale for q in mark.questions if q.outcome == "fault"]
    if mark.status != "graded" or faults:
        why = [printable(said) for said in dict.fromkeys((*mark.notes, *faults))]
        return _json({"gradable": False, "format_errors": why, "message": "\n".join(why)})
    room = MOST // max(1, len(mark.questions))
    document = {
        "gradable": True,
        "score": mark.score / mark.max_score if mark.max_score else 0.0,
        "message": _plain("\n".join(mark.notes), room),
        "tests": [_test(q, feedback, hint, room) for q in mark.questions],
    }
    return _json(document)


def _test(q: QuestionMark, feedback: Feedback, hint: Hint, room: int) -> dict[str, Any]:
    found = {"name": q.function, "points": q.points, "max_points": q.max_points}
    return {**found, "output": _plain(output(q, feedback, hint), room)}


def _plain(text: str, room: int) -> str:
    """Without control characters, as the page takes some for colours; and no longer than there is room for."""
    plain = "\n".join(printable(line) for line in text[:room].split("\n"))
    return plain if max(len(text), len(plain)) <= room else plain[: room - len(CUT)] + CUT


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
