"""The rest of the course: what the engine is told about the formulas beyond Lecture 03. Tolerances are the twins'."""

from __future__ import annotations

from typing import Final

from gradecheck import Pack
from lectures.beyond.contracts import CHAPTERS, ROWS

LECTURES: Final = tuple(chapter.__name__.rpartition(".")[2] for chapter in CHAPTERS)
"""Each has an assignment and a model answer of its own."""

PACK: Final = Pack(
    name="beyond",
    title="Beyond Lecture 03: the rest of the course",
    module=__name__,
    rows=ROWS,
    by_hand="manual.beyond",
    by_torch="reference.beyond",
    mistakes="lectures.beyond.mistakes",
    variants="lectures.beyond.variants",
    exhibits="lectures.beyond.exhibits",
    models=tuple(f"model/{lecture}.py" for lecture in LECTURES),
    assignments=tuple(f"assignments/{lecture}.toml" for lecture in LECTURES),
    unshown=("manual.arguments", "manual.beyond.cells"),
    builds_on=("lectures.lecture03",),
)
