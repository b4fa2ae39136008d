"""Writes a change behind everything that stands in marks.toml: its comments and its order stay as they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from gradecheck.grading.teacher.change import Change

HEAD: Final = """\
# What the teacher changed. Every [[change]] names a student, and what is different from the machine's marks:
#   question and points, or points alone for the whole score; excused = true; comment; extension, in days or as a date.
#   because: the reason.   undo = true takes back what stands above for that student, or for that question.
# Of two changes of the same thing the later one counts. gradecheck mark adds at the end; every run reads all.
"""


def added(text: str, change: Change) -> str:
    """The text of the file with the change. text: "" where there is no file yet."""
    before = text or HEAD
    between = "\n" if before.endswith("\n") else "\n\n"
    return before + between + "".join(f"{line}\n" for line in ("[[change]]", *_lines(change)))


def _lines(change: Change) -> Iterator[str]:
    yield f"student = {_text(change.student)}"
    if change.question:
        yield f"question = {_text(change.question)}"
    if change.points is not None:
        yield f"points = {_number(change.points)}"
    for key in ("extra", "excused", "undo"):
        if getattr(change, key):
            yield f"{key} = true"
    if isinstance(change.extension, datetime):
        yield f"extension = {change.extension.isoformat()}"
    elif change.extension is not None:
        yield f"extension = {_number(change.extension)}"
    if change.because:
        yield f"because = {_text(change.because)}"
    if change.comment is not None:
        yield f"comment = {_text(change.comment)}"
    if change.seen is not None:
        yield f"seen = {_text(change.seen)}  # of what was handed in"


def _text(text: str) -> str:
    """A text as TOML: JSON's quotes, but for what JSON takes as it is, and TOML does not."""
    whole = text.encode(errors="backslashreplace").decode()
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")


def _number(x: float) -> str:
    return str(int(x)) if x == int(x) else repr(x)
