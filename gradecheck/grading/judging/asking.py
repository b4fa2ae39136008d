"""Puts one question to a submission: its function is called, judged, diagnosed and credited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gradecheck.grading.assignments.assignment import Question
from gradecheck.grading.bank.store import BankedQuestion
from gradecheck.grading.jail.answers import Answer, NoArray
from gradecheck.grading.jail.reply import Answering
from gradecheck.grading.jail.right_values import Replaced
from gradecheck.grading.judging import followthrough
from gradecheck.grading.judging.credit import Credit, credit
from gradecheck.grading.judging.judged import Judged
from gradecheck.grading.judging.trying import Tried, try_all
from gradecheck.numbers.compare import Finding

if TYPE_CHECKING:
    from gradecheck.grading.judging.diagnosis import Diagnosis


@dataclass(frozen=True)
class Answered:
    """The answers to one question.  followed: the questions whose functions were replaced by right ones; replaced: by
    which.

    only_first: the function is right when it is called for the first time, and not after that.
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


def ask(session: Answering, question: Question, banked: BankedQuestion, broken: Sequence[Question] = ()) -> Answered:
    """The answers on all cases, with right functions in place of these broken ones."""
    replaced, followed = followthrough.right(broken), tuple(q.name for q in broken)
    tried = try_all(session, question.called, banked, replaced)
    tried = replace(tried, judged=_as_adapted(question, tried.judged)) if question.adapted else tried
    nameless = tried.judged.flawless or tried.judged.fault is not None or not banked.contract.pack  # no catalogue
    diagnoses = () if nameless else _diagnoses(session, question, tried, replaced)
    earned = credit(tried.judged, diagnoses, question.allowed)
    found = (followed, replaced, tried.output, tried.seconds, tried.only_first)
    return Answered(question, tried.judged, diagnoses, earned, *found)


def _as_adapted(question: Question, judged: Judged) -> Judged:
    """The same, where results that are not arrays are those of an adapter's function."""

    def named(reason: Answer | Finding) -> Answer | Finding:
        if isinstance(reason, NoArray) and not reason.function:
            return replace(reason, function=question.name)
        return reason

    return replace(judged, reasons={case: named(reason) for case, reason in judged.reasons.items()})


def _diagnoses(session: Answering, question: Question, tried: Tried, replaced: Replaced) -> tuple[Diagnosis, ...]:
    """The mistakes by name. Imports stand here, as most functions are right."""
    from gradecheck.grading.judging.diagnosis import diagnose
    from gradecheck.grading.judging.probing import probe

    found = diagnose(tried.judged)
    if question.adapted:  # the order and the form of its arguments are the adapter's
        return found
    return probe(session, question.called, tried.judged, found, tried.seconds, replaced)
