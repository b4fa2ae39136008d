"""The limits of one question of a submission."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Seconds are wall-clock. question: for all cases of a function, or without a new answer of one that keeps
    answering.    most: for all cases of one that keeps answering.    load: for running the file's cells.

    memory: bytes of one process above what Python and NumPy need. written: bytes that one function may
    answer, may print, and may write to one file. cpu: seconds of processor time, a backstop.
    """

    question: float = 5.0
    most: float = 20.0
    load: float = 10.0
    memory: int = 1 << 30
    processes: int = 16
    written: int = 32 << 20
    cpu: int = 900

    @property
    def function(self) -> float:
        """Seconds for all calls of one function, with loading the file anew."""
        return 2 * self.most + 2 * self.question + 4 * self.load
