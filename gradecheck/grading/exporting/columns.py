"""Finds the one column of the teacher's file that the marks belong into."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from gradecheck.grading.exporting.reading import Results, figure
from gradecheck.grading.exporting.sheet import Sheet
from gradecheck.grading.people.roster import simple

NUMBER: Final = re.compile(r"[0-9]+([.,][0-9]+)*")


def chosen(sheet: Sheet, candidates: Mapping[int, tuple[str, ...]], results: Results, column: str) -> int:
    """The column of the assignment.    candidates: what each column is called.    column: as of --column.

    Raises ValueError where it is none of them, or several.
    """
    names = [column] if column else [results.title, results.assignment]
    wanted = {simple(name) for name in names} - {""}
    found = [place for place, called in candidates.items() if wanted & {simple(name) for name in called}]
    if len(found) == 1:
        return found[0]
    there = ", ".join(repr(sheet.headers[place]) for place in found or candidates)
    what = f"column: {column!r}" if column else f"{results.title!r}"
    if not candidates:
        raise ValueError(f"{sheet.name} has no column of an assignment, but should have that of {what}")
    was = "may be each of" if found else "is none of the columns"
    raise ValueError(f"{what} {was} {there} of {sheet.name}; name one by --column")


def check_most(results: Results, most: float | None, where: str) -> None:
    """Raises ValueError where a column is not for as many points as the marks."""
    points = results.rows[0].max_score
    if most is not None and figure(most) != figure(points):
        was = f"{where} is for {figure(most)} points, but the marks are of {figure(points)}"
        raise ValueError(f"{was}; set one of them to the other")


def parsed(text: str) -> float | None:
    """A number as any language writes it, None for anything else: its last point or comma is the decimal one."""
    if not NUMBER.fullmatch(text.strip()):
        return None
    *before, last = re.split("[.,]", text.strip())
    return float(f"{''.join(before)}.{last}" if before else last)
