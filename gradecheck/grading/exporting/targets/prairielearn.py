"""PrairieLearn: a results.json for each student, as docs/externalGrading.md describes what a grader writes."""

from __future__ import annotations

from typing import Final

from gradecheck.grading.classrun.rows import Row
from gradecheck.grading.exporting import perstudent
from gradecheck.grading.exporting.perstudent import Document
from gradecheck.grading.exporting.reading import Results
from gradecheck.grading.exporting.target import Export, Request, Target
from gradecheck.grading.submissions.names import safe_name

MOST: Final = 100_000  # bytes of feedback: in JSON each may be six, and PrairieLearn takes 1 MB


def make(request: Request) -> Export:
    found = request.results
    return perstudent.documents(
        found,
        lambda row: f"{safe_name(row.login or row.email or row.id)}/results.json",
        lambda row, score: _document(row, score, found),
        lambda row: perstudent.over(row, found),
    )


def _document(row: Row, score: float, results: Results) -> Document:
    return {
        "gradable": True,
        "score": score / row.max_score if row.max_score else 1.0,
        "output": perstudent.page(row, results, MOST),
        "tests": [
            {"name": name, "points": points, "max_points": worth}
            for name, points, worth in perstudent.each(row, results)
        ],
    }


TARGET: Final = Target("prairielearn", make)
