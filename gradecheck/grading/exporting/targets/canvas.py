"""Canvas: the gradebook export with one assignment's column filled in, as lib/gradebook_importer.rb reads it.

Canvas looks for a student by its own ID first. That stands in every line here, so no other cell of a student is read:
an id with dots, which Canvas would take for a number, does no harm, and texts are escaped for a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import re
from typing import Final

from gradecheck.grading.classrun.rows import Row
from gradecheck.grading.exporting import columns
from gradecheck.grading.exporting.matching import matched
from gradecheck.grading.exporting.reading import Results, figure, why_none
from gradecheck.grading.exporting.sheet import Sheet, read
from gradecheck.grading.exporting.table import cell
from gradecheck.grading.exporting.target import Export, Request, Target, left_out
from gradecheck.grading.exporting.zips import canvas_feedback
from gradecheck.grading.submissions.names import printable

ID: Final = "ID"
LAST: Final = "Section"
IDENTITY: Final = (
    *("Student", "LastName", "FirstName", ID, "SIS User ID", "SIS Login ID"),
    *("Integration ID", "Root Account", LAST),
)
ASSIGNMENT: Final = re.compile(r"(?P<title>.*) \((?P<id>\d+)\)", re.DOTALL)
POSSIBLE: Final = "points possible"
EXCUSED: Final = "EX"


def make(request: Request) -> Export:
    assert request.theirs is not None
    sheet, results = read(request.theirs), request.results
    headers = sheet.headers
    if not {ID, LAST} <= set(headers):
        raise ValueError(f"{sheet.name} has no columns {ID} and {LAST}, but should be a gradebook as Canvas exports it")
    last = headers.index(LAST)
    named = {place: ASSIGNMENT.fullmatch(headers[place]) for place in range(last + 1, len(headers))}
    called = {place: (found["title"], found["id"], found[0]) for place, found in named.items() if found}
    column = columns.chosen(sheet, called, results, request.column)
    students = matched(sheet, results.rows)
    _check(sheet, column, results)
    places = [place for place in range(last + 1) if headers[place] in IDENTITY]
    lines = [[headers[place] for place in (*places, column)]]
    for line in range(1, len(sheet.lines)):
        if line in students.others:
            continue
        said = [_identity(sheet, line, place) for place in places]
        row = students.rows.get(line)
        lines.append([*said, sheet.cell(line, column) if row is None else _grade(sheet, line, column, row)])
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(lines)
    said_of = left_out(results, f"{EXCUSED} where excused, else as it was")
    return Export(
        written.getvalue().encode(), (f"column: {headers[column]}", *said_of, *students.said), students.missed
    )


def _check(sheet: Sheet, column: int, results: Results) -> None:
    for line in range(1, len(sheet.lines)):
        possible = sheet.cell(line, column)
        if POSSIBLE in sheet.cell(line, 0).casefold():
            if "read only" in possible:
                raise ValueError(f"{sheet.headers[column]!r} is read only in {sheet.name}; name another by --column")
            columns.check_most(results, columns.parsed(possible), f"{sheet.headers[column]!r} in {sheet.name}")


def _identity(sheet: Sheet, line: int, place: int) -> str:
    text = sheet.lines[line][place].text if place < len(sheet.lines[line]) else ""
    return text if sheet.headers[place] == ID or not text.strip() else cell(text)


def _grade(sheet: Sheet, line: int, column: int, row: Row) -> str:
    """What Canvas is told of a student: points, that there are none to give, or what it says already."""
    own = sheet.cell(line, sheet.headers.index(ID))
    if not (own.isascii() and own.isdigit()):
        was = f"the ID {own!r} for {printable(row.name)}"
        raise ValueError(f"{sheet.name} has {was}, but should have Canvas's number; export it again")
    if row.excused:
        return EXCUSED
    return sheet.cell(line, column) if why_none(row) or row.score is None else figure(row.score)


TARGET: Final = Target("canvas", make, "the gradebook as Canvas exports it", canvas_feedback)
