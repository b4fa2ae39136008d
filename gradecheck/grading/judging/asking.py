"""One question put to a submission: asked, judged, diagnosed, credited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradecheck.grading.assignments.assignment import Question
from gradecheck.grading.banked.bank import BankedQuestion
from gradecheck.grading.jail.session import NOTHING, Replaced, Session
from gradecheck.grading.judging.credit import Credit, credit
from gradecheck.grading.judging.judging import Judged
from gradecheck.grading.judging.trying import Tried, try_all

if TYPE_CHECKING:
    from gradecheck.grading.judging.diagnosis import Diagnosis


@dataclass(frozen=True)
class Asked:
    """One question as it was answered.  replaced: the functions that were right for it, as a session takes them.

    only_first: right when called for the first time, and not after that.
    """

    question: Question
    judged: Judged
    diagnoses: tuple[Diagnosis, ...]
    credit: Credit
    replaced: Replaced
    output: str
    seconds: float
    only_first: bool = False


def ask(session: Session, question: Question, banked: BankedQuestion, replaced: Replaced = NOTHING) -> Asked:
    """All cases of the question, with these functions of the submission replaced by right ones."""
    tried = try_all(session, question.name, banked, replaced)
    diagnoses = () if tried.judged.flawless else _diagnoses(session, question.name, tried, replaced)
    earned = credit(tried.judged, diagnoses, question.allowed)
    return Asked(question, tried.judged, diagnoses, earned, replaced, tried.output, tried.seconds, tried.only_first)


def _diagnoses(session: Session, name: str, tried: Tried, replaced: Replaced) -> tuple[Diagnosis, ...]:
    """What is wrong, by name: imported only here, for most that is marked is right."""
    from gradecheck.grading.judging.diagnosis import diagnose
    from gradecheck.grading.judging.probing import probe

    return probe(session, name, tried.judged, diagnose(tried.judged), tried.seconds, replaced)
