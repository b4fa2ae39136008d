"""One question put to a submission: asked, judged, diagnosed, credited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gradecheck.grading.assignments.assignment import Question
from gradecheck.grading.bank.store import BankedQuestion
from gradecheck.grading.jail.answers import Answer, NoArray
from gradecheck.grading.jail.right_values import Replaced
from gradecheck.grading.jail.session import Session
from gradecheck.grading.judging import followthrough
from gradecheck.grading.judging.credit import Credit, credit
from gradecheck.grading.judging.judged import Judged
from gradecheck.grading.judging.trying import Tried, try_all
from gradecheck.numbers.compare import Finding

if TYPE_CHECKING:
    from gradecheck.grading.judging.diagnosis import Diagnosis


@dataclass(frozen=True)
class Answered:
    """One question as it was answered.  followed: the questions that were right for it, and replaced: their functions,
    as a session takes them.

    only_first: right when called for the first time, and not after that.
    """

    question: Question
    judged: Judged
    diagnoses: tuple[Diagnosis, ...]
    credit: Credit
    followed: tuple[str, ...]
    replaced: Replaced
    output: str
    seconds: float
    only_first: bool = False


def ask(session: Session, question: Question, banked: BankedQuestion, broken: Sequence[Question] = ()) -> Answered:
    """All cases of the question, with right functions in place of these broken ones."""
    replaced, followed = followthrough.right(broken), tuple(q.name for q in broken)
    tried = try_all(session, question.called, banked, replaced)
    tried = replace(tried, judged=_as_adapted(question, tried.judged)) if question.adapted else tried
    right = tried.judged.flawless or tried.judged.fault is not None
    diagnoses = () if right else _diagnoses(session, question, tried, replaced)
    earned = credit(tried.judged, diagnoses, question.allowed)
    found = (followed, replaced, tried.output, tried.seconds, tried.only_first)
    return Answered(question, tried.judged, diagnoses, earned, *found)


def _as_adapted(question: Question, judged: Judged) -> Judged:
    """What came in place of arrays, as what an adapter made of the submission's results."""

    def named(reason: Answer | Finding) -> Answer | Finding:
        if isinstance(reason, NoArray) and not reason.function:
            return replace(reason, function=question.name)
        return reason

    return replace(judged, reasons={case: named(reason) for case, reason in judged.reasons.items()})


def _diagnoses(session: Session, question: Question, tried: Tried, replaced: Replaced) -> tuple[Diagnosis, ...]:
    """What is wrong, by name: imported only here, for most that is marked is right."""
    from gradecheck.grading.judging.diagnosis import diagnose
    from gradecheck.grading.judging.probing import probe

    found = diagnose(tried.judged)
    if question.adapted:  # the order and the form of its arguments are the adapter's
        return found
    return probe(session, question.called, tried.judged, found, tried.seconds, replaced)
