"""Reads marks.toml. Whatever is wrong in it is told with the file, the line, and what it should be."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from gradecheck.grading.assignments.table import Table
from gradecheck.grading.teacher.change import Change

ENTRY: Final = re.compile(r"^[ \t]*\[\[[ \t]*change[ \t]*\]\]", re.MULTILINE)


def read(text: str, file: str) -> tuple[Change, ...]:
    """The changes in that text, in their order. Raises ValueError where it is no TOML, or says something else."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"marks: {file} is no TOML ({error}), but should be tables that begin with [[change]]"
        raise ValueError(msg) from error
    top = _Table(f"marks: {file}", found)
    entries = top.take("change", [])
    top.end()
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise top.wrong("change", entries, "tables that begin with [[change]]")
    places = _places(text, file, len(entries))
    return tuple(_change(_Table(place, entry)) for place, entry in zip(places, entries, strict=True))


def _places(text: str, file: str, count: int) -> Sequence[str]:
    """Where each entry begins: its line, or its number where it has no line of its own."""
    lines = [text.count("\n", 0, found.start()) + 1 for found in ENTRY.finditer(text)]
    if len(lines) == count:
        return [f"marks: {file}, line {line}" for line in lines]
    return [f"marks: {file}, change {number}" for number in range(1, count + 1)]


class _Table(Table):
    """A table whose errors begin with its place."""

    def complaint(self, key: str, what: str) -> ValueError:
        return ValueError(f"{self.file}: {key} {what}")

    def text(self, key: str) -> str | None:
        """The text, None where it is left out."""
        return str(self.of(key, str, "a text in quotes", "")).strip() if key in self else self.take(key)

    def points(self, key: str) -> float | None:
        return self.amount(key, 0.0) if key in self else self.take(key)

    def yes(self, key: str) -> bool:
        value = self.take(key, False)
        if key in self and value is not True:
            raise self.wrong(key, value, "true, or left out")
        return bool(value)


def _change(table: _Table) -> Change:
    found = Change(
        place=table.file,
        student=table.text("student") or "",
        question=table.text("question") or "",
        points=table.points("points"),
        extra=table.yes("extra"),
        excused=table.yes("excused"),
        comment=table.text("comment"),
        extension=_extension(table),
        undo=table.yes("undo"),
        because=table.text("because") or "",
        seen=table.text("seen"),
    )
    table.end()
    return found


def _extension(table: _Table) -> float | datetime | None:
    value = table.take("extension")
    if value is None or isinstance(value, datetime):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        should = "a number of days, or a date with a time, without quotes, such as 2026-11-01T12:00:00"
        raise table.wrong("extension", value, should)
    return float(value)
