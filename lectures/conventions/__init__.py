"""Lecture 03 by the conventions of other courses: rows that an assignment asks in place of the lecture's own."""

from __future__ import annotations

from typing import Final

from gradecheck import Pack
from lectures.conventions.contracts import ROWS

PACK: Final = Pack(
    name="other_conventions",
    title="Other conventions of Lecture 03",
    module=__name__,
    rows=ROWS,
    by_hand="manual.conventions",
    by_torch="reference.conventions",
    mistakes="lectures.conventions.mistakes",
    unshown=("manual.arguments",),
    builds_on=("lectures.lecture03",),
)
