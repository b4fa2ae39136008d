"""What the lecture leaves open, and what its functions refuse, as parts of the report."""

from __future__ import annotations

from typing import Final

from gradecheck.reporting.parts import Section, Table, Text
from lectures.lecture03.conventions import CONVENTIONS
from lectures.lecture03.loose import LOOSE

REFUSED: Final = (
    "Other dtypes than float64 and float32: the lecture's functions refuse them.",
    "Probabilities that are NaN or outside [0, 1]: the losses refuse them.",
)
LEDGER: Final = Table(
    "What the formulas leave open, and how each side settles it",
    ("functions", "question", "ours", "torch", "slides", "test"),
    tuple(
        (", ".join(c.functions), c.question, c.ours, c.torch, c.slides, c.test.rpartition("::")[2])
        for c in CONVENTIONS
    ),
)
OPEN: Final = Section(
    "What is open",
    (
        Section("Where the slides are loose", (Text(LOOSE),)),
        Section("Conventions", (LEDGER,)),
        Section("What is not asked", (Text(REFUSED),)),
    ),
)
