"""A small input on which a question goes wrong, with a repro that runs with NumPy alone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

import numpy as np

from gradecheck.cases.case import Case
from gradecheck.grading.feedback.examples import expectation, ladder_of
from gradecheck.grading.feedback.failures import Failure, Kind, failures, kind_of
from gradecheck.grading.feedback.repro import example, script, shown, texts
from gradecheck.grading.jail.answers import Answer, Died, Returned
from gradecheck.grading.jail.inside.protocol import Cases
from gradecheck.grading.jail.reply import Answering
from gradecheck.grading.judging import calls
from gradecheck.grading.judging.asking import Answered
from gradecheck.grading.judging.credit import permitted
from gradecheck.grading.judging.judged import UNSTABLE, results_of
from gradecheck.grading.marks import Counterexample
from gradecheck.numbers.compare import Expectation, same_within
from gradecheck.numbers.literals import numbers

MOST_ELEMENTS: Final = 24
SECONDS: Final = 0.5
TRIES: Final = 200


@dataclass(frozen=True)
class _Shown:
    """A call, its expected answer and the submission's."""

    expectation: Expectation
    answer: Answer


class _EnoughError(BaseException):
    """The time for the search is up. Not an Exception, which Hypothesis would take for a failing case."""


def counterexample(session: Answering, asked: Answered, file: str) -> Counterexample | None:
    """The simplest input found on which the question goes wrong; None where there is nothing to show.

    file: name of the student's file.
    """
    judged = asked.judged
    if judged.failing("limit") or judged.unwritten:
        return None
    if judged.right:
        kinds = [finding.kind for _, finding in judged.findings if not permitted(asked.question.allowed, finding)]
        return _of_habit(session, asked, kinds[0], file) if kinds else None
    main = failures(judged)[0]
    if isinstance(main.reason, Died):
        return None  # there is no answer to show
    found = _on_ladder(session, asked, main.kind) or _searched(session, asked, main)
    if found is None or sum(np.size(x) for x in found.expectation.arguments) > MOST_ELEMENTS:
        return None
    e = found.expectation
    expected, actual = texts(e, found.answer)
    return example(e, expected, actual, shown(script(session, asked, e, file), e, expected))


# -- finding it


def _on_ladder(session: Answering, asked: Answered, kind: Kind) -> _Shown | None:
    """The first rung on which the question fails in that way."""
    rungs = ladder_of(asked.judged.banked, asked.question.scope)
    reply = session.call(asked.question.called, rungs.calls, asked.replaced)
    for e, answer in zip(rungs.expectations, reply.answers, strict=True):
        if kind_of(e, answer) == kind:
            return _Shown(e, answer)
    return None


def _searched(session: Answering, asked: Answered, main: Failure) -> _Shown | None:
    """The mildest case of that failure, shrunk with the submission in the loop for as long as there is time.

    It stays as it was banked where the contract has no stable form, as without torch no more is known; and where
    Hypothesis is not installed, as in a kit.
    """
    judged, question, banked = asked.judged, asked.question, asked.judged.banked
    charged = np.where(judged.levels >= UNSTABLE, asked.credit.charged, len(judged.levels)).min(axis=1)
    case = min(main.cases, key=lambda i: (charged[i], sum(map(np.size, calls.arguments(banked, i)))))
    arguments = calls.arguments(banked, case)
    if question.contract.stable is None or find_spec("hypothesis") is None:
        return _tried(session, asked, banked.expectation(case, arguments), main.kind)
    return _shrunk(session, asked, Case(question.contract.name, "correctness", arguments, banked.recipes[case]), main)


def _shrunk(session: Answering, asked: Answered, start: Case, main: Failure) -> _Shown | None:
    from gradecheck.cases.shrink import shrink

    contract = asked.question.contract
    found: list[_Shown] = []
    deadline, tries = time.monotonic() + SECONDS, 0

    def fails(case: Case) -> bool:
        nonlocal tries
        tries += 1
        if tries > TRIES or time.monotonic() > deadline:
            raise _EnoughError
        shown = _tried(session, asked, expectation(contract, case.arguments), main.kind)
        if shown is not None:
            found.append(shown)
        return shown is not None

    try:
        fails(start)
        shrink(contract, start, fails, asked.question.scope)
    except _EnoughError:
        pass
    return min(found, key=lambda s: _effort(s.expectation), default=None)


def _tried(session: Answering, asked: Answered, e: Expectation, kind: Kind) -> _Shown | None:
    """The call, where right results are finite and the question fails in that way."""
    if not all(np.isfinite(value).all() for value in e.values):
        return None
    given = Cases.pack([e.contract.given(e.arguments)])
    answer = session.call(asked.question.called, given, asked.replaced).answers[0]
    return _Shown(e, answer) if kind_of(e, answer) == kind else None


def _effort(e: Expectation) -> tuple[int, int]:
    """How much there is to read: numbers, then digits."""
    arrays = [x for x in e.arguments if isinstance(x, np.ndarray)]
    return sum(x.size for x in arrays), sum(len(repr(float(v))) for x in arrays for v in x.flat)


# -- bad habits with right values


def _of_habit(session: Answering, asked: Answered, kind: str, file: str) -> Counterexample | None:
    """The simplest call that shows a lost dtype, a changed argument, another form or two answers to the same call."""
    question, rungs = asked.question, ladder_of(asked.judged.banked, asked.question.scope)
    if kind in ("state", "random"):
        return _of_two_answers(session, asked, file)
    reply = session.call(question.called, rungs.calls, asked.replaced)
    for e, answer in zip(rungs.expectations, reply.answers, strict=True):
        if isinstance(answer, Returned) and (found := _habit(session, asked, e, answer, kind, file)) is not None:
            return found
    return None


def _of_two_answers(session: Answering, asked: Answered, file: str) -> Counterexample | None:
    rungs = ladder_of(asked.judged.banked, asked.question.scope).expectations
    twice = [i for i in range(len(rungs)) for _ in range(2)]
    calls = Cases.pack([e.contract.given(e.arguments) for e in rungs], twice)
    session.close()  # the next call is the first one of a new worker
    answers = session.call(asked.question.called, calls, asked.replaced).answers
    for e, first, second in zip(rungs, answers[::2], answers[1::2], strict=True):
        dtype = e.values[0].dtype
        arrays, again = (results_of(answer, e.contract, dtype, e.shapes)[0] for answer in (first, second))
        pairs = zip(arrays, again, e.values, e.loose, strict=False)
        if all(same_within(a, b, value, bound) for a, b, value, bound in pairs):
            continue
        (expected, _), (_, actual) = texts(e, first), texts(e, second)
        own = script(session, asked, e, file)
        printed = f"print({own.call or own.last})"
        once_more = [*own.lines, printed] if asked.question.adapted else [printed]
        repro = [*own.before, printed, *once_more, f"# should be {expected} both times"]
        return example(e, f"{expected} both times", f"{actual} the second time", repro)
    return None


def _habit(
    session: Answering, asked: Answered, e: Expectation, answer: Returned, kind: str, file: str
) -> Counterexample | None:
    if kind == "changed":
        position = next((i for i in answer.changed if i < len(e.arguments)), None)
        if position is None:
            return None
        name = e.contract.arguments[position].name
        own = script(session, asked, e, file)
        if name not in own.arguments:
            return None
        value = numbers(np.asarray(e.arguments[position]), 17)
        called = [] if asked.question.adapted else [own.call]
        repro = [*own.before, *called, f"print({own.arguments[name]})", f"# should still be {value}"]
        return example(e, f"{name} still {value}", f"{name} written to", repro)
    findings = [f for f in results_of(answer, e.contract, e.values[0].dtype, e.shapes)[1] if f.kind == kind]
    if not findings:
        return None
    own = script(session, asked, e, file)
    call = own.call or own.last
    several = len(e.contract.results) > 1 and kind != "extra"
    look = {"dtype": "x.dtype", "shape": "np.shape(x)"}.get(kind, "type(x)")
    printed = f"[{look} for x in {call}]" if several else look.replace("x", call, 1)
    name, should = findings[0].name, findings[0].should
    should = {"extra": f"{should} alone", "shape": f"{name} as one number"}.get(kind, f"{name} as {should}")
    repro = [*own.before, f"print({printed})", f"# should be {should}"]
    return example(e, should, findings[0].was, repro)
