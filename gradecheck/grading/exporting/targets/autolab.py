"""Autolab: the CSV of "bulk import": an e-mail address, and the points of each problem in the order of the problems.

It has no headers, and nothing stands before an address: Autolab would look for that. So open it in no spreadsheet.
"""

from __future__ import annotations

import csv
import io
from typing import Final

from gradecheck.grading.exporting.reading import called, figure, why_no_points, why_none
from gradecheck.grading.exporting.target import Export, Request, Target, left_out, listed

EXCUSED: Final = "excused"


def make(request: Request) -> Export:
    results = request.results
    lines: dict[str, list[str]] = {}
    missed, doubled, late = [], [], []
    for row in results.rows:
        reason = why_none(row)
        if reason and not row.excused:
            continue
        if not row.email:
            missed.append(f"{called(row)}: Autolab knows students by e-mail address, and the results have none")
            continue
        if why := why_no_points(row, "Autolab"):
            missed.append(f"{called(row)}: {why}")
            continue
        if row.email in lines:
            doubled.append(row.email)
        points = ["" if row.excused else figure(row.points.get(name) or 0.0) for name in results.worth]
        lines[row.email] = [row.email, *points, EXCUSED if row.excused else ""]
        if row.deduction and not row.excused:
            late.append(called(row))
    if doubled:
        raise ValueError(f"several students have the address {listed(doubled)}, but each should have one; use --roster")
    if not lines:
        raise ValueError(f"nobody has a line: {'; '.join(missed[:3]) or 'nobody has a score'}")
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(lines.values())
    said = [f"problems, in this order: {listed(list(results.worth))}", *left_out(results, "no points")]
    if late:
        said.append(f"points are before what lateness takes off, which Autolab reckons itself: {listed(late)}")
    return Export(written.getvalue().encode(), tuple(said), tuple(missed))


TARGET: Final = Target("autolab", make)
