"""A small input on which a question goes wrong, with a repro that runs with NumPy alone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

import numpy as np

from gradecheck.compare import Comparison, Expectation, as_results, compare, failed
from gradecheck.grading.feedback.examples import expectation, ladder
from gradecheck.grading.feedback.repro import example, lines, numbers, texts
from gradecheck.grading.jail.answers import Answer, Died, NoArray, Raised, Returned, unwritten
from gradecheck.grading.jail.protocol import Cases
from gradecheck.grading.jail.session import Session
from gradecheck.grading.judging import calls
from gradecheck.grading.judging.asking import Asked
from gradecheck.grading.judging.judging import UNSTABLE
from gradecheck.grading.marks import Counterexample
from gradecheck.records import Case

MOST_ELEMENTS: Final = 24
SECONDS: Final = 0.5
TRIES: Final = 200


@dataclass(frozen=True)
class _Shown:
    """A call and what came of it."""

    expectation: Expectation
    answer: Answer


class _EnoughError(BaseException):
    """The search has taken its time. Not an Exception: Hypothesis would take it for a failure that it looks for."""


def counterexample(session: Session, asked: Asked, module: str) -> Counterexample | None:
    """The simplest input found on which the question goes wrong; None where there is nothing to be looked at.

    module: what the submission's file is imported as.
    """
    judged = asked.judged
    if judged.failing("limit") or any(unwritten(reason) for reason in judged.reasons.values()):
        return None
    if judged.right:
        kinds = [finding.kind for _, finding in judged.findings]
        return _of_habit(session, asked, kinds[0], module) if kinds else None
    shown = _on_ladder(session, asked) or _searched(session, asked)
    if shown is None or sum(np.size(x) for x in shown.expectation.arguments) > MOST_ELEMENTS:
        return None
    expected, actual = texts(shown.expectation, shown.answer)
    call, before = lines(asked, shown.expectation, module)
    repro = [*before, f"print({call})", f"# should be {expected}"]
    return example(shown.expectation, expected, actual, repro)


# -- finding it


def _on_ladder(session: Session, asked: Asked) -> _Shown | None:
    rungs = ladder(asked.question.contract.name, asked.question.scope)
    reply = session.call(asked.question.name, rungs.calls, asked.replaced)
    for e, answer in zip(rungs.expectations, reply.answers, strict=True):
        if _fails(e, answer):
            return _Shown(e, answer)
    return None


def _fails(e: Expectation, answer: Answer) -> bool:
    if not isinstance(answer, Returned):
        return isinstance(answer, Raised | NoArray)
    return not compared(e, answer).values.passes


def compared(e: Expectation, answer: Returned) -> Comparison:
    """The answer held against what is expected, by the same rules as everywhere."""
    dtype = e.values[0].dtype
    arrays, findings = as_results(answer.value, e.contract, dtype)
    return compare(arrays, e, findings) if arrays else failed(*findings)


def _searched(session: Session, asked: Asked) -> _Shown | None:
    """The mildest failing case of the bank, shrunk with the submission in the loop for as long as there is time."""
    judged, question = asked.judged, asked.question
    charged = np.where(judged.levels >= UNSTABLE, asked.credit.charged, len(judged.levels)).min(axis=1)
    failing = map(int, np.flatnonzero((judged.levels >= UNSTABLE).any(axis=1)))
    banked = judged.banked
    size = {
        i: sum(map(np.size, calls.arguments(banked, i)))
        for i in failing
        if not isinstance(judged.reasons.get(i), Died)  # a call that ends its worker has no answer to be shown
    }
    if not size:
        return None
    from gradecheck.shrink import shrink

    case = min(size, key=lambda i: (charged[i], size[i]))
    found: list[_Shown] = []
    deadline, tries = time.monotonic() + SECONDS, 0

    def fails(tried: Case) -> bool:
        nonlocal tries
        tries += 1
        if tries > TRIES or time.monotonic() > deadline:
            raise _EnoughError
        e = expectation(question.contract, tried.arguments)
        if not all(np.isfinite(value).all() for value in e.values):
            return False
        answer = session.call(question.name, Cases.pack([tried.arguments]), asked.replaced).answers[0]
        if failed := _fails(e, answer):
            found.append(_Shown(e, answer))
        return failed

    start = Case(question.contract.name, "correctness", calls.arguments(banked, case), banked.recipes[case])
    try:
        fails(start)
        shrink(question.contract, start, fails, question.scope)
    except _EnoughError:
        pass
    return min(found, key=lambda s: _effort(s.expectation), default=None)


def _effort(e: Expectation) -> tuple[int, int]:
    """How much there is to look at: numbers, then digits."""
    arrays = [x for x in e.arguments if isinstance(x, np.ndarray)]
    return sum(x.size for x in arrays), sum(len(repr(float(v))) for x in arrays for v in x.flat)


# -- habits: right values, and yet


def _of_habit(session: Session, asked: Asked, kind: str, module: str) -> Counterexample | None:
    """The simplest call that shows a lost dtype, a changed argument, another type or kept state."""
    question, rungs = asked.question, ladder(asked.question.contract.name, asked.question.scope)
    if kind == "state":
        session.close()  # the first call of a new worker is a first call
        e = rungs.expectations[0]
        first, second = session.call(question.name, Cases.pack([e.arguments], [0, 0]), asked.replaced).answers
        if not isinstance(first, Returned) or not isinstance(second, Returned):
            return None
        (expected, _), (_, actual) = texts(e, first), texts(e, second)
        call, before = lines(asked, e, module)
        repro = [*before, f"print({call})", f"print({call})", f"# should be {expected} both times"]
        return example(e, f"{expected} both times", f"{actual} the second time", repro)
    reply = session.call(question.name, rungs.calls, asked.replaced)
    for e, answer in zip(rungs.expectations, reply.answers, strict=True):
        if isinstance(answer, Returned) and (shown := _habit(asked, e, answer, kind, module)) is not None:
            return shown
    return None


def _habit(asked: Asked, e: Expectation, answer: Returned, kind: str, module: str) -> Counterexample | None:
    call, before = lines(asked, e, module)
    if kind == "changed":
        position = next((i for i in answer.changed if i < len(e.arguments)), None)
        if position is None:
            return None
        name = e.contract.arguments[position].name
        value = numbers(np.asarray(e.arguments[position]), 17)
        repro = [*before, call, f"print({name})", f"# should still be {value}"]
        return example(e, f"{name} still {value}", f"{name} written to", repro)
    findings = [f for f in as_results(answer.value, e.contract, e.values[0].dtype)[1] if f.kind == kind]
    if not findings:
        return None
    several = len(e.contract.results) > 1
    look = "x.dtype" if kind == "dtype" else "type(x)"
    shown = f"[{look} for x in {call}]" if several else look.replace("x", call, 1)
    repro = [*before, f"print({shown})", f"# {findings[0].name} should be {findings[0].should}"]
    return example(e, f"{findings[0].name} as {findings[0].should}", findings[0].was, repro)
