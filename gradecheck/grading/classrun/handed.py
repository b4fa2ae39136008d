"""Adds to marks how the file was read: lines that were lost, names that the functions really have."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.bank.store import Bank
from gradecheck.grading.judging.followthrough import calls, reachable
from gradecheck.grading.marks import QuestionMark
from gradecheck.grading.source import Lost, Source

MOST_TOLD: Final = 5  # places that cannot be read
MOST_NOTES: Final = 20  # of a kind
HERE: Final = f"the marker runs Python {sys.version_info.major}.{sys.version_info.minor}"


def as_called(assignment: Assignment, bank: Bank, source: Source) -> tuple[Assignment, Bank]:
    """The same with each function under the name that the submission gives it, of those that are taken."""
    if not any(question.also for question in assignment.questions):
        return assignment, bank
    from gradecheck.grading.submissions.choosing import names

    there = names(source)
    called = {
        question.name: next((name for name in (question.name, *question.also) if name in there), question.name)
        for question in assignment.questions
    }
    questions = tuple(replace(question, name=called[question.name]) for question in assignment.questions)
    banked = {called.get(name, name): question for name, question in bank.questions.items()}
    return replace(assignment, questions=questions), replace(bank, questions=banked)


def notes(assignment: Assignment, called: Assignment, source: Source) -> tuple[str, ...]:
    """What was lost, and what a function was taken for."""
    other = zip(assignment.questions, called.questions, strict=True)
    return (*unread(source), *(f"{c.name} was marked as {q.name}" for q, c in other if q.name != c.name))


def few(notes: Sequence[str], always: Collection[str] = ()) -> tuple[str, ...]:
    """The first notes of many, with those that are always told, and how many more there are."""
    if len(notes) <= MOST_NOTES:
        return tuple(notes)
    others = [note for note in notes if note not in always]
    told = {*always, *others[:MOST_NOTES]}
    kept = [note for note in notes if note in told]
    more = len(notes) - len(kept)
    return (*kept, *(f"{more} more {'lines' if more > 1 else 'line'} of that kind" for _ in range(more > 0)))


def unread(source: Source) -> tuple[str, ...]:
    """A sentence for each place that cannot be read."""
    more = len(source.lost) - MOST_TOLD
    said = [
        f"{_needs(lost)}: {lost.text}" if lost.needs else f"Python cannot read {lost.place} ({lost.why}): {lost.text}"
        for lost in source.lost[:MOST_TOLD]
    ]
    return (*said, *(f"Python cannot read {more} more {'places' if more > 1 else 'place'}" for _ in range(more > 0)))


def _needs(lost: Lost) -> str:
    verb = "need" if "lines " in lost.place else "needs"
    return f"{lost.place} {verb} Python {lost.needs} ({lost.why}), and {HERE}"


def told(questions: Sequence[QuestionMark], assignment: Assignment, source: Source) -> tuple[QuestionMark, ...]:
    """The marks under the assignment's names; with what stands near a missing function; without what is not judged."""
    pairs = zip(assignment.questions, questions, strict=True)
    if all(mark.outcome == "passed" for mark in questions):
        return tuple(mark if mark.function == q.name else replace(mark, function=q.name) for q, mark in pairs)
    from gradecheck.grading.submissions.near import Neighbourhood

    around = Neighbourhood(source, assignment.names, classes=assignment.adapter is not None)
    newer = {name: lost for lost in source.lost if lost.needs for name in lost.defines}
    made = calls(source.cells) if newer else {}
    found = []
    for question, mark in pairs:
        own = assignment.adapter.needs(question.called) if assignment.adapter else (mark.function,)
        wanting = sorted(newer.keys() & {*own, *(name for called in own for name in reachable(called, made))})
        name = mark.missing if question.adapted else question.name
        mark = replace(mark, function=question.name)
        if wanting and mark.outcome != "passed":
            mark = _not_judged(mark, newer[wanting[0]])
        elif mark.outcome == "error" and name and (near := around.near(name)) is not None:
            what = f"{near.what[0].upper()}{near.what[1:]}."
            rationale, gist = (f"{said} {what}" for said in (mark.rationale, mark.gist))
            mark = replace(mark, rationale=rationale, gist=gist, help=near.help or mark.help)
        found.append(mark)
    return tuple(found)


def _not_judged(mark: QuestionMark, lost: Lost) -> QuestionMark:
    why = f"not judged: {_needs(lost)}"
    return QuestionMark(mark.function, 0.0, mark.max_points, "fault", (), rationale=why, gist=why)
