"""The search for a repair of each function that fails, in the jail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.bank.store import Bank
from gradecheck.grading.jail.process import Isolation, Limits
from gradecheck.grading.marks import Repair
from gradecheck.grading.source import Source


@dataclass(frozen=True)
class Found:
    """What a search found for one question. repair, formula: as of a QuestionMark."""

    repair: Repair | None = None
    formula: str = ""


def search(
    source: Source,
    assignment: Assignment,
    bank: Bank,
    fresh: Bank,
    isolation: Isolation,
    limits: Limits,
    wrong: Mapping[str, Sequence[str]],
) -> Mapping[str, Found]:
    """What was found, by the question's name; nothing for those in which nothing was found.

    assignment, bank: as the submission's functions are called (classrun/handed.py).    fresh: the bank of another seed.
    wrong: the questions that are not right, each with those that were replaced by right ones when it was marked.
    """
    return {}
