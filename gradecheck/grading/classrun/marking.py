"""Marks a submission: calls every question's function, charges each mistake once, and explains what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.bank.store import Bank
from gradecheck.grading.classrun import handed
from gradecheck.grading.feedback.tried import right
from gradecheck.grading.jail.answers import Loaded, Missing, Problem, Raised
from gradecheck.grading.jail.limits import Limits
from gradecheck.grading.jail.reply import Answering
from gradecheck.grading.judging import followthrough
from gradecheck.grading.judging.asking import Answered, ask
from gradecheck.grading.judging.judged import BAD
from gradecheck.grading.judging.weighing import weighed
from gradecheck.grading.marks import CHECKS, CheckMark, QuestionMark, SubmissionMark
from gradecheck.grading.source import Source
from gradecheck.grading.submissions import imports

if TYPE_CHECKING:
    from gradecheck.grading.jail.process import Isolation


def limits_of(assignment: Assignment) -> Limits:
    return Limits(
        question=assignment.seconds,
        most=assignment.most_seconds or 4 * assignment.seconds,
        load=2 * assignment.seconds,
        memory=assignment.memory_mib << 20,
        written=assignment.output_mib << 20,
    )


def mark(name: str, source: Source, assignment: Assignment, bank: Bank, isolation: Isolation) -> SubmissionMark:
    """Mark one submission. Nothing that it does raises here; JailError where no worker starts, a fault of ours."""
    from gradecheck.grading.jail.session import Session  # Linux only; all else here runs anywhere

    asked, bank = handed.as_called(assignment, bank, source)
    with Session.of(source, isolation, limits_of(assignment), assignment.seed, asked.adapter) as session:
        code = [asked.adapter.text] if asked.adapter else followthrough.code(source)
        called = followthrough.helpers(asked.questions, code)
        return mark_by(session, name, source, assignment, asked, bank, called)


def mark_by(
    session: Answering,
    name: str,
    source: Source,
    assignment: Assignment,
    asked: Assignment,
    bank: Bank,
    called: Mapping[str, frozenset[str]],
) -> SubmissionMark:
    """The marks of one submission for which a session answers.

    asked: the assignment, and bank: its bank, with the submission's own names.    called: as in mark_questions.
    """
    questions = mark_questions(session, asked, bank, called, source.file)
    loaded = session.loaded
    look = (*handed.few(source.look), *handed.unread(source))
    notes = (
        *handed.few(source.notes, look),
        *handed.notes(assignment, asked, source),
        *handed.few(_loading_notes(loaded)),
        *handed.few(imports.notes(source.cells, assignment.allowed_imports)),
        *imports.overridden(source.cells),
    )
    questions = handed.told(questions, assignment, source)
    return SubmissionMark(name, "graded", questions, assignment.max_score, notes, look, session.missed)


def mark_questions(
    session: Answering,
    assignment: Assignment,
    bank: Bank,
    called: Mapping[str, frozenset[str]],
    file: str | None = None,
) -> tuple[QuestionMark, ...]:
    """The marks of every question, in the assignment's order.

    called: for each question those that it calls.
    file: name of the student's file; None to search no counterexample.
    """
    first: dict[str, Answered] = {}
    final: dict[str, Answered] = {}
    questions = {question.name: question for question in assignment.questions}
    for question in followthrough.in_order(assignment.questions, called):
        helpers = [questions[name] for name in sorted(called[question.name]) if not _sound(first[name])]
        broken = [helper for helper in helpers if helper.contract.pack]  # others have no right values
        hung = [q for q in broken if first[q.name].credit.outcome == "limit"]
        banked = bank.questions[question.name]
        answered = ask(session, question, banked, hung)
        first[question.name] = final[question.name] = answered
        if broken != hung and not answered.judged.flawless:
            again = ask(session, question, banked, broken)
            final[question.name] = max(answered, again, key=lambda asked: _standing(asked, assignment))
    return tuple(_marked(session, final[name], first[name], assignment, file) for name in questions)


def _standing(asked: Answered, assignment: Assignment) -> tuple[float, bool, int]:
    """The rank of an answer: by its credit, whether its mistake has a name, and how little else is wrong."""
    failing = len(asked.judged.failing(*BAD))
    return asked.credit.of(weighed(asked, assignment.weights)), bool(asked.diagnoses), -failing


def _sound(asked: Answered) -> bool:
    """Whether the function was right, with no function replaced for it."""
    return asked.judged.flawless and not asked.replaced


def _marked(
    session: Answering, asked: Answered, first: Answered, assignment: Assignment, file: str | None
) -> QuestionMark:
    credit, question = asked.credit, asked.question
    if asked.judged.fault is not None:
        why = f"not judged: {asked.judged.fault.what}, which is a fault of ours"
        return QuestionMark(question.name, 0.0, question.points, "fault", (), rationale=why, gist=why)
    mark = QuestionMark(
        function=question.name,
        points=round(question.points * credit.of(weighed(asked, assignment.weights)), 6),
        max_points=question.points,
        outcome=credit.outcome,
        checks=tuple(
            CheckMark(check, credit.outcomes[check], credit.shares[check], right(check, asked)) for check in CHECKS
        ),
        followed=asked.followed,
        output=first.output,
        seconds=round(first.seconds, 3),
    )
    return mark if _sound(asked) else _explained(session, mark, asked, file)


def _explained(session: Answering, mark: QuestionMark, asked: Answered, file: str | None) -> QuestionMark:
    """The mark with everything that is wrong in words. Imports stand here, as most functions are right."""
    from gradecheck.grading.feedback.advice import help_for
    from gradecheck.grading.feedback.counterexample import counterexample
    from gradecheck.grading.feedback.rationale import check_rationale, rationale

    reasons = asked.judged.reasons
    lacking = (why for why in reasons.values() if isinstance(why, Missing))
    # a statement that would define it, if it ran, may be mended
    gone = (why for why in lacking if why.function or not isinstance(why.because, Problem))
    return replace(
        mark,
        checks=tuple(replace(check, rationale=check_rationale(check.check, asked)) for check in mark.checks),
        rationale=rationale(asked),
        gist=rationale(asked, hidden=True),
        help=help_for(asked),
        diagnoses=tuple(d.mistake.id for d in asked.diagnoses),
        counterexample=counterexample(session, asked, file) if file and mark.outcome != "passed" else None,
        unwritten=asked.judged.unwritten and isinstance(reasons[0], Raised),
        missing=next((why.function or mark.function for why in gone), ""),
    )


def _loading_notes(loaded: Loaded) -> tuple[str, ...]:
    if not loaded.problems and loaded.failure is None:
        return ()
    from gradecheck.grading.feedback.notes import loading_notes

    return loading_notes(loaded)
