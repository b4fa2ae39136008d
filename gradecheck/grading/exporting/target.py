"""What an export is asked for, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradecheck.grading.exporting.reading import Results, called, why_none


@dataclass(frozen=True)
class Request:
    """results: of a run.    theirs: the teacher's own file.    column: its column for the marks, "" to find it."""

    results: Results
    theirs: Path | None = None
    column: str = ""


@dataclass(frozen=True)
class Export:
    """content: one file, or several by name.    said: about it, a sentence each.

    missed: whose marks are not in it though they have some, by name and with the reason.
    """

    content: bytes | Mapping[str, bytes]
    said: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()


Maker = Callable[[Request], Export]
"""Raises ValueError with a sentence where nothing should be written."""


@dataclass(frozen=True)
class Target:
    """A platform, or a format.    theirs: what file of the teacher's it fills in; "" where it takes none.

    feedback: gives what the platform takes as feedback files; None where it takes none.
    """

    name: str
    make: Maker
    theirs: str = ""
    feedback: Maker | None = None


def left_out(results: Results, what: str) -> tuple[str, ...]:
    """A sentence for each reason why students have no score.    what: was done about them."""
    by_reason: dict[str, list[str]] = {}
    for row in results.rows:
        if reason := why_none(row):
            by_reason.setdefault(reason, []).append(called(row))
    return tuple(f"{reason}, {what}: {listed(names)}" for reason, names in sorted(by_reason.items()))


def listed(names: Sequence[str]) -> str:
    return ", ".join(names)
