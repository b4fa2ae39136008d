"""Lecture 03, "The Neural Network": what the engine is told about it."""

from __future__ import annotations

from typing import Final

from gradecheck import Pack
from lectures.lecture03.contracts import ROWS

PACK: Final = Pack(
    name="lecture03",
    title="Lecture 03: The Neural Network",
    module=__name__,
    rows=ROWS,
    by_hand="manual",
    by_torch="reference",
    mistakes="lectures.lecture03.mistakes",
    variants="lectures.lecture03.variants",
    exhibits="lectures.lecture03.exhibits",
    models=("model.py",),
    assignments=("lecture03.toml",),
    unshown=("manual.arguments",),
)
