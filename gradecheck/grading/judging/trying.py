"""Calls and judges all cases of a function; separates kept state from random numbers and from wrong formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradecheck.grading.bank.chosen import chosen
from gradecheck.grading.bank.store import BankedQuestion
from gradecheck.grading.jail.answers import Answer, Returned, Unanswered
from gradecheck.grading.jail.reply import Answering
from gradecheck.grading.jail.right_values import NOTHING, Replaced
from gradecheck.grading.judging import calls
from gradecheck.grading.judging.judged import UNSTABLE, Judged, judge
from gradecheck.numbers.compare import Finding


@dataclass(frozen=True)
class Tried:
    """The judged answers of a function.  only_first: it is right when it is called for the first time, and not after
    that; then `judged` is of the first calls, with a finding that says so.
    """

    judged: Judged
    output: str
    seconds: float
    only_first: bool


def try_all(session: Answering, name: str, banked: BankedQuestion, replaced: Replaced = NOTHING) -> Tried:
    answered = calls.call_all(session, name, banked, replaced)
    judged = judge(banked, answered.answers, answered.numbers)
    changes = any(finding.kind == "state" for _, finding in judged.findings)
    if changes and _draws(session, name, banked, replaced):
        return Tried(_random(judged), answered.output, answered.seconds, False)
    only_first = _keeps_state(judged, answered.answers) and _right_at_first(session, name, judged, answered, replaced)
    return Tried(_first_times(judged) if only_first else judged, answered.output, answered.seconds, only_first)


def _draws(session: Answering, name: str, banked: BankedQuestion, replaced: Replaced) -> bool:
    """Whether the same calls get the same answers if each begins with the same seed: then it draws random numbers."""
    session.close()
    again = judge(banked, session.call(name, banked.calls, replaced, anew=True).answers)
    session.close()
    return not any(finding.kind == "state" for _, finding in again.findings) and not again.failing("limit")


def _random(judged: Judged) -> Judged:
    """The same, with "random" for findings of kept state."""
    found = ((i, replace(f, kind="random") if f.kind == "state" else f) for i, f in judged.findings)
    return replace(judged, findings=tuple(found))


def _keeps_state(judged: Judged, answers: Sequence[Answer]) -> bool:
    """Whether wrong answers may come from earlier calls: some repeated call got another answer."""
    if judged.right or judged.failing("limit"):
        return False
    repeats = zip(judged.banked.order[len(judged.levels) :], answers[len(judged.levels) :], strict=True)
    both = [(answers[case], again) for case, again in repeats if not isinstance(again, Unanswered)]
    another = any(isinstance(first, Returned) != isinstance(again, Returned) for first, again in both)
    return another or any(finding.kind == "state" for _, finding in judged.findings)


def _right_at_first(
    session: Answering, name: str, judged: Judged, answered: calls.Answered, replaced: Replaced
) -> bool:
    """Whether wrong cases are right as the first call of a new worker."""
    failing = np.flatnonzero((judged.levels >= UNSTABLE).any(axis=1))
    for case in {int(failing[0]), int(failing[len(failing) // 2]), int(failing[-1])}:
        session.close()
        alone = list(answered.answers)
        alone[case] = session.call(name, chosen(judged.banked.frame, [case]), replaced).answers[0]
        if (judge(judged.banked, alone).levels[case] >= UNSTABLE).any():
            return False
    return True


def _first_times(judged: Judged) -> Judged:
    """The same, as if every case were right, with a finding of kept state."""
    bad = judged.levels >= UNSTABLE
    lengths = np.diff(np.append(judged.banked.starts, len(judged.banked.values)))
    kept = Finding("state", judged.banked.contract.name, "another answer", "the same answer to the same call")
    first = int(np.flatnonzero(bad.any(axis=1))[0])
    return replace(
        judged,
        actual=np.where(np.repeat(bad.ravel(), lengths), judged.banked.values, judged.actual),
        levels=np.where(bad, 0, judged.levels).astype(np.int8),
        misshapen={},
        findings=(*((i, f) for i, f in judged.findings if f.kind != "state"), (first, kept)),
        reasons={},
    )
