"""Gradescope: a results.json for each submission, as docs/specs.md of gradescope/autograder_samples describes it."""

from __future__ import annotations

from typing import Final

from gradecheck.grading.classrun.rows import Row
from gradecheck.grading.exporting import perstudent
from gradecheck.grading.exporting.perstudent import Document
from gradecheck.grading.exporting.reading import Results
from gradecheck.grading.exporting.target import Export, Request, Target
from gradecheck.grading.submissions.names import safe_name

MOST: Final = 1 << 20  # bytes of feedback


def make(request: Request) -> Export:
    found = request.results
    return perstudent.documents(found, _name, lambda row, score: _document(row, score, found))


def _name(row: Row) -> str:
    return f"{safe_name(row.platform.get('submission') or row.id)}/results.json"


def _document(row: Row, score: float, results: Results) -> Document:
    return {
        "score": score,
        "output": perstudent.page(row, results, MOST),
        "output_format": "md",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [
            {
                "name": name,
                "number": str(i),
                "score": points,
                "max_score": worth,
                "status": "passed" if points >= worth else "failed",
                "visibility": "visible",
            }
            for i, (name, points, worth) in enumerate(perstudent.each(row, results), 1)
        ],
    }


TARGET: Final = Target("gradescope", make)
