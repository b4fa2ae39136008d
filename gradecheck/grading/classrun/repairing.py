"""Looks for what makes the wrong functions of a marked submission right. That costs no marks and is never a fault."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.bank import store
from gradecheck.grading.bank.store import Bank
from gradecheck.grading.classrun import handed, marking
from gradecheck.grading.jail.process import Isolation
from gradecheck.grading.marks import QuestionMark, SubmissionMark
from gradecheck.grading.source import Source
from gradecheck.packs.contract import Contract

if TYPE_CHECKING:
    from gradecheck.grading.repair.search import Found


@dataclass(frozen=True)
class Searched:
    """A mark with what was found.    lost: why the search did not end; "" where it did."""

    mark: SubmissionMark
    lost: str = ""


def reseeded(assignment: Assignment) -> Assignment:
    """The same assignment with another seed. Its cases are fresh: the search has not seen them."""
    return replace(assignment, seed=(assignment.seed + 1) % 2**32)


def wrong(mark: SubmissionMark, assignment: Assignment) -> tuple[QuestionMark, ...]:
    """The questions for which a repair is looked for: what is written, is there, and is not right."""
    if not assignment.diagnosis_seconds:
        return ()
    judged = (q for q in mark.questions if q.outcome not in ("passed", "fault"))
    return tuple(q for q in judged if not q.unwritten and not q.missing)


def mark_and_search(name: str, source: Source, assignment: Assignment, bank: Bank, isolation: Isolation) -> Searched:
    """Mark one submission, and look for what makes it right. Raises JailError where it cannot be marked."""
    mark = marking.mark(name, source, assignment, bank, isolation)
    if not wrong(mark, assignment):
        return Searched(mark)
    return searched(mark, source, assignment, bank, store.bank(reseeded(assignment)), isolation)


def searched(
    mark: SubmissionMark, source: Source, assignment: Assignment, bank: Bank, fresh: Bank, isolation: Isolation
) -> Searched:
    """The mark with what is found for its wrong questions. fresh: the bank of the reseeded assignment."""
    from gradecheck.grading.repair import search  # most submissions are right

    asked, called = handed.as_called(assignment, bank, source)
    _, anew = handed.as_called(assignment, fresh, source)
    questions = {q.name: c for q, c in zip(assignment.questions, asked.questions, strict=True)}
    left = {questions[q.function].name: q.followed for q in wrong(mark, assignment)}
    try:
        found = search.search(source, asked, called, anew, isolation, marking.limits_of(assignment), left)
    except Exception as error:  # the marks stand, whatever goes wrong here
        return Searched(mark, f"{type(error).__name__}: {error}")
    marks = ((q, questions[q.function]) for q in mark.questions)
    marked = (_with(q, found[c.name], c.contract) if c.name in found else q for q, c in marks)
    return Searched(replace(mark, questions=tuple(marked)))


def _with(mark: QuestionMark, found: Found, contract: Contract) -> QuestionMark:
    """The mark of a question with what was found.

    More mistakes than results and than changes explain some cases each. A proved change explains all: the mistakes are
    not named then.
    """
    repair = found.repair
    if repair is not None and repair.sure and len(mark.diagnoses) > max(len(contract.results), len(repair.changes)):
        mark = replace(mark, diagnoses=(), rationale="", gist="", help="")
    return replace(mark, repair=repair, formula=found.formula)
