"""Judged answers into marks: four checks a question, one mistake costs once."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from gradecheck.contracts import CONTRACTS
from gradecheck.grading import wording
from gradecheck.grading.answers import Missing
from gradecheck.grading.assignment import Assignment, Question
from gradecheck.grading.bank import Bank
from gradecheck.grading.counterexample import counterexample
from gradecheck.grading.diagnosis import diagnose
from gradecheck.grading.judging import Judged, State, judge
from gradecheck.grading.marks import CHECKS, CheckMark, CheckName, Outcome, QuestionMark, SubmissionMark
from gradecheck.grading.process import Isolation, Limits
from gradecheck.grading.session import Reply, Session
from gradecheck.grading.submissions import Source
from gradecheck.mistakes.mistake import Mistake

BAD: tuple[State, ...] = ("unstable", "wrong", "shape", "error", "limit")


@dataclass(frozen=True)
class _Seen:
    """One question as it was answered, before it is marked."""

    question: Question
    reply: Reply
    judged: Judged
    mistake: Mistake | None

    @property
    def flawless(self) -> bool:
        return not self.judged.failing(*BAD)


def limits_of(assignment: Assignment) -> Limits:
    return Limits(
        question=assignment.seconds, memory=assignment.memory_mib << 20, written=assignment.output_mib << 20
    )


def mark(name: str, source: Source, assignment: Assignment, bank: Bank, isolation: Isolation) -> SubmissionMark:
    """Mark one submission. Nothing that it does raises here."""
    with Session(source.cells, isolation, limits_of(assignment)) as session:
        seen = [_ask(session, question, bank) for question in assignment.questions]
        followed = _follow_through(session, seen, source, bank)
        loaded = session.loaded
    questions = tuple(_mark_question(s, followed.get(s.question.contract.name), assignment) for s in seen)
    notes = (*source.notes, *wording.loading_notes(loaded))
    return SubmissionMark(name, "graded", questions, assignment.max_score, notes)


def _ask(
    session: Session, question: Question, bank: Bank, replaced: Mapping[str, Callable[..., Any]] | None = None
) -> _Seen:
    banked = bank.questions[question.contract.name]
    reply = session.call(question.name, banked.calls, replaced or {})
    judged = judge(banked, reply.answers)
    return _Seen(question, reply, judged, diagnose(judged))


# -- follow-through


@dataclass(frozen=True)
class _Followed:
    """The question again, with other functions of the submission replaced by right ones."""

    seen: _Seen
    replaced: tuple[str, ...]


def right_values(function: str, *arguments: Any) -> Any:
    """What the function should have answered, by the contract's stable form; no torch, and no code in the jail."""
    contract = CONTRACTS[function]
    if contract.arguments[-1].kind == "alpha" and len(arguments) == len(contract.arguments) - 1:
        arguments = (*arguments, 0.01)
    with np.errstate(all="ignore"):
        return contract.stable(*arguments)


def _follow_through(session: Session, seen: list[_Seen], source: Source, bank: Bank) -> dict[str, _Followed]:
    """For each failing question that calls failing functions of the same file: the answers with these put right."""
    failing = {s.question.name: s for s in seen if not s.flawless and not isinstance(s.reply.answers[0], Missing)}
    calls = _calls(source)
    followed = {}
    for name, s in failing.items():
        helpers = sorted((_reachable(name, calls) & failing.keys()) - {name})
        if not helpers:
            continue
        right = {h: partial(right_values, failing[h].question.contract.name) for h in helpers}
        again = _ask(session, s.question, bank, right)
        if len(again.judged.failing(*BAD)) < len(s.judged.failing(*BAD)):
            followed[s.question.contract.name] = _Followed(again, tuple(helpers))
    return followed


def _calls(source: Source) -> dict[str, set[str]]:
    """For each function that the file defines, the names that its body mentions."""
    mentioned: dict[str, set[str]] = {}
    for cell in source.cells:
        try:
            tree = ast.parse(cell)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
                mentioned[node.name] = mentioned.get(node.name, set()) | names
    return mentioned


def _reachable(name: str, calls: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        for called in calls.get(waiting.pop(), set()) - reached:
            reached.add(called)
            waiting.append(called)
    return reached


# -- marks


def _outcomes(judged: Judged, mistake: Mistake | None) -> dict[CheckName, Outcome]:
    """What each check ends in. A named mistake costs the check that the catalogue says, and no other."""
    outcomes: dict[CheckName, Outcome] = dict.fromkeys(CHECKS, "passed")
    if mistake is not None:
        outcomes[mistake.costs] = "wrong"
    else:
        for case in judged.failing(*BAD):
            state = judged.states[case]
            check: CheckName = "stability" if state == "unstable" else _check_name(judged.check_of(case))
            outcomes[check] = _worse(outcomes[check], _outcome_of(state))
    if judged.findings:
        outcomes["hygiene"] = "wrong"
    return outcomes


def _check_name(name: str) -> CheckName:
    return next(check for check in CHECKS if check == name)


def _outcome_of(state: State) -> Outcome:
    return state if state in ("error", "limit") else "wrong"


def _worse(a: Outcome, b: Outcome) -> Outcome:
    order: tuple[Outcome, ...] = ("passed", "wrong", "error", "limit", "fault")
    return max(a, b, key=order.index)


def _mark_question(first: _Seen, followed: _Followed | None, assignment: Assignment) -> QuestionMark:
    seen = followed.seen if followed is not None else first
    judged, question = seen.judged, seen.question
    outcomes = _outcomes(judged, seen.mistake)
    checks = tuple(
        CheckMark(check, outcomes[check], share, wording.check_rationale(check, outcomes[check], seen.judged))
        for check, share in _shares(outcomes, judged).items()
    )
    credit = sum(assignment.weights[c.check] * c.share for c in checks)
    outcome = _overall(outcomes)
    failed = outcome != "passed"
    return QuestionMark(
        function=question.name,
        points=round(question.points * credit, 6),
        max_points=question.points,
        outcome=outcome,
        checks=checks,
        rationale=wording.rationale(judged, seen.mistake, followed.replaced if followed else ()) if failed else "",
        help=wording.help_for(judged, seen.mistake) if failed else "",
        diagnosis=seen.mistake.id if seen.mistake else None,
        counterexample=counterexample(judged, question.name) if failed else None,
        followed=followed.replaced if followed else (),
        output=first.reply.output.text,
        seconds=round(first.reply.seconds, 3),
    )


def _shares(outcomes: Mapping[CheckName, Outcome], judged: Judged) -> dict[CheckName, float]:
    """The share of each check's credit. A function that is not right earns nothing for being tidy about it.

    Of several results, each right one earns its part of correctness.
    """
    shares = {check: 1.0 if outcomes[check] == "passed" else 0.0 for check in CHECKS}
    if outcomes["correctness"] == "passed":
        return shares
    only_wrong = outcomes["correctness"] == "wrong" and not judged.failing("shape", "error", "limit")
    right = judged.wrong_results.count(False) / len(judged.wrong_results) if only_wrong else 0.0
    return {check: right if check == "correctness" else 0.0 for check in CHECKS}


def _overall(outcomes: Mapping[CheckName, Outcome]) -> Outcome:
    worst: Outcome = "passed"
    for outcome in outcomes.values():
        worst = _worse(worst, outcome)
    return worst
