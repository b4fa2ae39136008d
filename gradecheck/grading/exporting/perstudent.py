"""What platforms take as one result file a student has in common: whose file it is, and who gets none."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from gradecheck.grading.classrun.rows import Row
from gradecheck.grading.exporting.reading import Results, called, why_none
from gradecheck.grading.exporting.target import Export, left_out

Document = dict[str, Any]


def documents(
    results: Results,
    name_of: Callable[[Row], str | None],
    told: Callable[[Row, float], Document],
    most: Callable[[Row], str] = lambda row: "",
) -> Export:
    """A JSON file for each student who has a score. Raises ValueError where nobody has a file, or two have one.

    name_of: of the file; None where it cannot be told from the results.    told: its content, by student and score.
    most: why the platform would not take the marks; "" where it would.
    """
    files: dict[str, bytes] = {}
    owners: dict[str, Row] = {}
    missed = []
    for row in results.rows:
        if why_none(row) or row.score is None:
            continue
        name = name_of(row)
        if name is None:
            missed.append(f"{called(row)}: the results do not say whose file that is on the platform")
        elif reason := most(row):
            missed.append(f"{called(row)}: {reason}")
        elif (owner := owners.setdefault(name, row)).submission != row.submission:
            should = "but each should have one; grade with --roster"
            raise ValueError(f"{called(owner)} and {called(row)} would have the same file ({name}), {should}")
        else:
            text = json.dumps(told(row, row.score), indent=1, ensure_ascii=True, allow_nan=False) + "\n"
            if files.setdefault(name, text.encode()) != text.encode():
                missed.append(f"{called(row)}: has other marks than the group, which has one file ({name})")
    if not files:
        raise ValueError(f"nobody has a file: {'; '.join(missed[:3]) or 'nobody has a score'}")
    return Export(files, left_out(results, "without a file"), tuple(missed))


def each(row: Row, results: Results) -> list[tuple[str, float, float]]:
    """The functions of a student that have points, with these and the most points of each."""
    found = ((name, row.points.get(name), worth) for name, worth in results.worth.items())
    return [(name, points, worth) for name, points, worth in found if points is not None]


def page(row: Row, results: Results, most: int) -> str:
    """The student's feedback in Markdown, at most so many bytes of it."""
    return (results.feedback(row, ".md") or b"")[:most].decode("utf-8", "ignore")


def over(row: Row, results: Results) -> str:
    """For platforms that take no more than the most points: why this is more."""
    more = [name for name, points, worth in each(row, results) if points > worth]
    if row.score is not None and row.score > row.max_score:
        more.append("the score")
    return f"more than the most points: {', '.join(more)}" if more else ""
