"""Marks as a table: gradebook.csv, and a spreadsheet's rows. Names come from strangers, and are escaped."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

from gradecheck.grading.classrun.rows import Row
from gradecheck.grading.submissions.names import printable
from gradecheck.verifying.wording import number

IDENTITY: Final = ("id", "name", "email", "login", "section", "group")
OTHERS: Final = ("submission", "attempt", "late", "status", "score", "max_score", "deduction")
TEACHERS: Final = ("machine_score", "excused", "changed", "comment")
BOM: Final = "\ufeff"  # without it Excel reads UTF-8 in the encoding of the system
FORMULA_STARTS: Final = tuple("=+-@\uff1d\uff0b\uff0d\uff20")  # and the same in full width
Value = str | float | None


def headers(functions: Sequence[str]) -> tuple[str, ...]:
    return (*IDENTITY, *OTHERS, *TEACHERS, *functions)


def values(row: Row, functions: Sequence[str]) -> tuple[Value, ...]:
    """One student's cells. What was not judged is None, and never a 0."""
    who = (row.id, row.name, row.email, row.login, row.section, row.group, row.submission or "")
    figures = (row.score, row.max_score, row.deduction)
    said = map(printable, ("excused" if row.excused else "", "; ".join(row.changed), row.comment))
    own = (row.points.get(function) for function in functions)
    late = "late" if row.late else ""
    return (*map(printable, who), row.attempt, late, row.status, *figures, row.machine_score, *said, *own)


def lines(rows: Sequence[Row], functions: Sequence[str]) -> Iterator[str]:
    """gradebook.csv: a row a student, a column a function."""
    yield BOM + _line(headers(functions))
    for row in rows:
        yield _line(map(_told, values(row, functions)))


def _told(value: Value) -> str:
    if value is None:
        return ""
    return cell(value) if isinstance(value, str) else number(value)


def _line(cells: Iterator[str] | Sequence[str]) -> str:
    """One line, with every cell in quotes: a spreadsheet that separates by semicolons does not split a cell."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(cells)
    return line.getvalue()


def cell(text: str) -> str:
    """A stranger's text, so that no spreadsheet takes it for a formula."""
    text = printable(text)
    return f"'{text}" if text.lstrip().startswith(FORMULA_STARTS) else text
