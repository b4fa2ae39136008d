"""One submission as the result.json of Classroom 50 (classroom50/result/v1), whose scores are whole numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from gradecheck.grading.marks import SubmissionMark

SCHEMA: Final = "classroom50/result/v1"
SCALE: Final = 100
"""A point is 100 of the platform's."""

STAMPS: Final[Mapping[str, str]] = {
    **{"classroom": "CLASSROOM", "assignment": "ASSIGNMENT", "assignment_type": "ASSIGNMENT_TYPE", "owner": "OWNER"},
    **{"submission": "SUBMISSION_TAG", "commit": "COMMIT_URL", "release": "RELEASE_URL", "review": "REVIEW_URL"},
}
"""The variables of the environment that fields are taken from. The runner itself adds the time."""


def classroom50(mark: SubmissionMark, environment: Mapping[str, str]) -> str | None:
    """The whole file; None for a submission that was not judged, for which the run has to fail."""
    if mark.status == "fault" or any(q.outcome == "fault" for q in mark.questions):
        return None
    scores = [(_whole(q.points), _whole(q.max_points)) for q in mark.questions] or [(0, _whole(mark.max_score))]
    tests = [
        {"test-name": q.function, "passed": q.outcome == "passed", "score": score, "max-score": most}
        for q, (score, most) in zip(mark.questions, scores, strict=False)
    ]
    document = {
        "schema": SCHEMA,
        **{field: environment[name] for field, name in STAMPS.items() if name in environment},
        "score": sum(score for score, _ in scores),
        "max-score": sum(most for _, most in scores),
        "tests": tests,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _whole(points: float) -> int:
    return round(SCALE * points)
