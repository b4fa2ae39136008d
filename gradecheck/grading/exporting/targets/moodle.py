"""Moodle: the grading worksheet with grades and comments filled in, as mod/assign/feedback/offline reads it.

No byte outside the two columns changes: its headers are in the site's language, and its numbers, too. A comment is
HTML to Moodle, and no mark stands in front of it for a spreadsheet: Moodle would show that to the student.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Final

from gradecheck.grading.classrun.rows import Row
from gradecheck.grading.exporting import columns
from gradecheck.grading.exporting.matching import matched
from gradecheck.grading.exporting.reading import called, figure, why_none
from gradecheck.grading.exporting.sheet import Sheet, read
from gradecheck.grading.exporting.target import Export, Request, Target, left_out, listed
from gradecheck.grading.exporting.zips import moodle_feedback
from gradecheck.grading.people.roster import PARTICIPANT, simple

GRADE: Final = frozenset(["grade", "bewertung", "note", "calificación", "valutazione", "cijfer", "nota", "avaliação"])
COMMENTS: Final = frozenset(("feedback comments", "feedback als kommentar"))
LOCKED: Final = frozenset(["no", "nein", "non", "não", "nee"])
"""What the second column behind the grade says where Moodle would pass over a line."""


def make(request: Request) -> Export:
    assert request.theirs is not None
    sheet, results = read(request.theirs), request.results
    who, grade = _identifiers(sheet), _grades(sheet, request.column)
    most = sheet.cell(1, grade + 1)
    columns.check_most(results, columns.parsed(most), f"the grade in {sheet.name}")
    headers = [*sheet.headers[:who], "Identifier", *sheet.headers[who + 1 :]]
    students = matched(sheet, results.rows, headers)
    comments = [place for place, header in enumerate(sheet.headers) if simple(header) in COMMENTS]
    texts: dict[tuple[int, int], str] = {}
    missed = list(students.missed)
    unwritten: dict[str, list[str]] = {}
    for line, row in students.rows.items():
        if not why_none(row) and (reason := _refused(sheet, line, grade, row)):
            missed.append(f"{called(row)}: {reason}")
        elif not why_none(row) and row.score is not None:
            texts[line, grade] = figure(row.score).replace(".", "," if "," in most else ".")
        if row.comment and (reason := _no_comment(sheet, line, grade, comments)):
            unwritten.setdefault(reason, []).append(called(row))
        elif row.comment:
            texts[line, comments[0]] = escape(row.comment, quote=False).replace("\n", "<br>")
    said = [f"column: {sheet.headers[grade]}", *left_out(results, "left as they were"), *students.said]
    said += [
        f"{reason}, so the comments on these are not in it: {listed(names)}" for reason, names in unwritten.items()
    ]
    return Export(sheet.filled(texts), tuple(said), tuple(missed))


def _identifiers(sheet: Sheet) -> int:
    found = _columns(sheet, lambda text: PARTICIPANT.fullmatch(text) is not None)
    if not found:
        should = "a grading worksheet as Moodle gives it out, whose lines begin as in 'Participant 123'"
        raise ValueError(f"{sheet.name} has no column of identifiers, but should be {should}")
    return found[0]


def _grades(sheet: Sheet, column: str) -> int:
    """By what it is called, or else by its place: before a column with one number in all lines, the most points."""
    headers = [simple(header) for header in sheet.headers]
    found = [place for place, header in enumerate(headers) if header in ({simple(column)} if column else GRADE)]
    most = [p for p in _columns(sheet, _is_number) if len({sheet.cell(i, p) for i in range(1, len(sheet.lines))}) == 1]
    if not found and not column:
        graded = _columns(sheet, lambda text: not text or _is_number(text))
        found = [place - 1 for place in most if place - 1 in graded]
    if len(found) != 1:
        was = f"{len(found)} columns {column or 'of grades'!r} among {listed(sheet.headers)}"
        raise ValueError(f"{sheet.name} has {was}, but should have one; name it by --column")
    if found[0] + 1 not in most:
        was = f"no one maximum behind the column {sheet.headers[found[0]]}"
        raise ValueError(f"{sheet.name} has {was}, but should have it: the assignment should be graded by points")
    return found[0]


def _columns(sheet: Sheet, fits: Callable[[str], bool]) -> list[int]:
    """The columns of which every cell fits."""
    lines = range(1, len(sheet.lines))
    return [p for p in range(len(sheet.headers)) if lines and all(fits(sheet.cell(line, p)) for line in lines)]


def _is_number(text: str) -> bool:
    return columns.parsed(text) is not None


def _refused(sheet: Sheet, line: int, grade: int, row: Row) -> str:
    """Why Moodle would pass over the grade in silence; "" where it takes it."""
    if _locked(sheet, line, grade):
        return f"Moodle lets nobody change the grade ({sheet.headers[grade + 2]})"
    if row.score is not None and row.score > row.max_score:
        return f"Moodle takes no more than {figure(row.max_score)} points"
    return "" if grade < len(sheet.lines[line]) else "the line ends before the grade"


def _no_comment(sheet: Sheet, line: int, grade: int, comments: Sequence[int]) -> str:
    """Why a comment would not come to a student; "" where it does."""
    if not comments:
        return "the worksheet has no known column for comments"
    if comments[0] >= len(sheet.lines[line]):
        return "the line ends before the comments"
    return "Moodle passes over a line that nobody may change" if _locked(sheet, line, grade) else ""


def _locked(sheet: Sheet, line: int, grade: int) -> bool:
    return sheet.cell(line, grade + 2).casefold() in LOCKED


TARGET: Final = Target("moodle", make, "the grading worksheet as Moodle gives it out", moodle_feedback)
