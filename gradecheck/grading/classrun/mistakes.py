"""What is wrong in the submissions of a class, and in which, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass

from gradecheck.grading.marks import Repair


@dataclass(frozen=True)
class Mended:
    """A submission, and what makes its function right; None where only the formula of its values is known."""

    submission: str
    repair: Repair | None


@dataclass(frozen=True)
class MistakeSummary:
    """A catalogued mistake and how many submissions made it. function: as the assignment calls it.

    submissions: their names.    mended: those of them for which a repair was found.
    """

    mistake: str
    function: str
    what: str
    count: int
    submissions: tuple[str, ...]
    mended: tuple[Mended, ...] = ()


@dataclass(frozen=True)
class CauseSummary:
    """What the search found wrong with a function where the catalogue has no name for it, and in which submissions."""

    function: str
    what: str
    count: int
    mended: tuple[Mended, ...]
