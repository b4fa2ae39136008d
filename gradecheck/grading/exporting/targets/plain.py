"""CSV: the gradebook, with what the teacher changed."""

from __future__ import annotations

from typing import Final

from gradecheck.grading.exporting import table
from gradecheck.grading.exporting.target import Export, Request, Target


def make(request: Request) -> Export:
    found = request.results
    return Export("".join(table.lines(found.rows, tuple(found.worth))).encode())


TARGET: Final = Target("csv", make)
