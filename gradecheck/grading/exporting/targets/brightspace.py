"""Brightspace: a file to import with one grade item, as its help describes it.

An item of another name would be made anew, so its header is the one of the teacher's export. "#" stands before an id:
Brightspace takes it off, it keeps the zeros at the beginning, and no spreadsheet takes the id for a formula.
"""

from __future__ import annotations

import csv
import io
import re
from typing import Final

from gradecheck.grading.exporting import columns
from gradecheck.grading.exporting.matching import matched
from gradecheck.grading.exporting.reading import called, figure, why_none
from gradecheck.grading.exporting.sheet import read
from gradecheck.grading.exporting.target import Export, Request, Target, left_out
from gradecheck.grading.people.roster import simple

IDS: Final = ("orgdefinedid", "username")
ITEM: Final = re.compile(r"(?P<title>.*) Points Grade(?: <(?P<more>.*)>)?", re.DOTALL)
MOST: Final = re.compile(r"MaxPoints:([\d.,]+)")
END: Final = "End-of-Line Indicator"
SIGN: Final = "#"


def make(request: Request) -> Export:
    assert request.theirs is not None
    sheet, results = read(request.theirs), request.results
    ids = [place for place, header in enumerate(sheet.headers) if simple(header) in IDS]
    if not ids:
        should = "one of them, as Brightspace exports it"
        raise ValueError(f"{sheet.name} has no column OrgDefinedId or Username, but should have {should}")
    items = {place: ITEM.fullmatch(header) for place, header in enumerate(sheet.headers)}
    named = {place: (item["title"], item[0]) for place, item in items.items() if item}
    column = columns.chosen(sheet, named, results, request.column)
    header = sheet.headers[column]
    most = MOST.search(header)
    columns.check_most(results, columns.parsed(most[1]) if most else None, f"{header!r} in {sheet.name}")
    students = matched(sheet, results.rows)
    lines, missed = [[*(sheet.headers[place] for place in ids), header, END]], list(students.missed)
    for line, row in sorted(students.rows.items()):
        if why_none(row) or row.score is None:
            continue
        if row.score > row.max_score and most:
            missed.append(f"{called(row)}: Brightspace takes no more than {figure(row.max_score)} points")
            continue
        guarded = [_guarded(sheet.cell(line, place)) for place in ids]
        lines.append([*guarded, figure(row.score), SIGN])
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(lines)
    said = (f"column: {header}", *left_out(results, "left out"), *students.said)
    return Export(written.getvalue().encode(), said, tuple(missed))


def _guarded(text: str) -> str:
    return text if text.startswith(SIGN) or not text else f"{SIGN}{text}"


TARGET: Final = Target("brightspace", make, "the grades as Brightspace exports them")
