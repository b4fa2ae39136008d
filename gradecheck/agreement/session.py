"""What a run of tests asks of all agreements, and hears of them. pytest loads it first: no NumPy, no torch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from gradecheck.grading.marks import Repair


@dataclass(frozen=True)
class Heard:
    """How one function did beside its twin.

    function, twin: by their names.    dtype: of the inputs.    worst_ratio: the largest error / bound.
    judged: numbers of all examples whose bound is finite.
    repair: what makes it agree, where it fails; None where it was not looked for or not found.
    """

    function: str
    twin: str
    dtype: str
    verdict: str
    worst_ratio: float
    examples: int
    judged: int
    repair: Repair | None = None


@dataclass
class Session:
    """examples: how many are drawn, whatever a test says; None for as many as it says.    heard: while it listens."""

    examples: int | None = None
    heard: list[Heard] | None = None

    def tell(self, heard: Heard) -> None:
        if self.heard is not None:
            self.heard.append(heard)

    @contextmanager
    def listening(self) -> Iterator[list[Heard]]:
        before, self.heard = self.heard, (heard := list[Heard]())
        try:
            yield heard
        finally:
            self.heard = before


SESSION: Final = Session()
