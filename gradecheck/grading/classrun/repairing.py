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
    names = {q.name: c.name for q, c in zip(assignment.questions, asked.questions, strict=True)}
    left = {names[q.function]: q.followed for q in wrong(mark, assignment)}
    try:
        found = search.search(source, asked, called, anew, isolation, marking.limits_of(assignment), left)
    except Exception as error:  # the marks stand, whatever goes wrong here
        return Searched(mark, f"{type(error).__name__}: {error}")
    results = {names[q.name]: len(q.contract.results) for q in assignment.questions}
    questions = []
    for question in mark.questions:
        name = names[question.function]
        questions.append(_with(question, found[name], results[name]) if name in found else question)
    return Searched(replace(mark, questions=tuple(questions)))


def _with(question: QuestionMark, found: Found, results: int) -> QuestionMark:
    """The question with what was found.    results: how many its function returns.

    More mistakes than results and than changes explain some cases each. A proved change explains all: the mistakes are
    not named then.
    """
    repair = found.repair
    if repair is not None and repair.sure and len(question.diagnoses) > max(results, len(repair.changes)):
        question = replace(question, diagnoses=(), rationale="", gist="", help="")
    return replace(question, repair=repair, formula=found.formula)
