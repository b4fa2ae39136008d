"""What marking found about a function and about each check, in sentences for the student.

hidden: without the input and the submission's own words, for students who may not see the cases yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from gradecheck.grading.feedback import circumstances
from gradecheck.grading.feedback.failures import NUMBERS, Failure, failures
from gradecheck.grading.feedback.reasons import reason, slow
from gradecheck.grading.feedback.tried import right, tried
from gradecheck.grading.jail.answers import Answer, Limit, Missing, Raised, Unanswered
from gradecheck.grading.judging.asking import Answered
from gradecheck.grading.judging.calls import HUNG, arguments, left_out
from gradecheck.grading.judging.credit import allows, permitted
from gradecheck.grading.judging.judged import UNSTABLE, Judged
from gradecheck.grading.judging.weighing import looked_at
from gradecheck.grading.marks import CHECKS, CheckName
from gradecheck.numbers.compare import Finding
from gradecheck.verifying.wording import finding_sentence, together

if TYPE_CHECKING:
    from gradecheck.grading.judging.diagnosis import Diagnosis

MOST_TOLD: Final = 2  # ways to fail


def check_rationale(check: CheckName, asked: Answered) -> str:
    """One line for one of the four checks."""
    function, judged = asked.question.name, asked.judged
    if check == "hygiene" and judged.findings:
        return "; ".join(_told(asked, [finding for _, finding in judged.findings]))
    passed = asked.credit.outcomes[check] == "passed"
    if passed and asked.credit.shares[check] < 1:
        return f"not looked at where {function} is wrong anyway"
    if passed or check not in looked_at(asked):
        return right(check, asked)
    told = failures(judged, _concerned(check, asked))
    if not told:
        return f"right on {tried(check, judged)}, where {function} answered in time"
    what = f"is wrong on {tried(check, judged)} ({{cases}})"
    return "; ".join(_failure(function, judged, failure, what) for failure in told[:MOST_TOLD])


def _concerned(check: CheckName, asked: Answered) -> list[int]:
    """The failing cases that cost the check."""
    judged = asked.judged
    bad = (judged.levels >= UNSTABLE) & (asked.credit.charged == CHECKS.index(check))
    return [int(i) for i in np.flatnonzero(bad.any(axis=1))]


def rationale(asked: Answered, hidden: bool = False) -> str:
    """What was found, in a few sentences; "" for nothing."""
    function, judged = asked.question.name, asked.judged
    said = [diagnosis.mistake.what for diagnosis in asked.diagnoses]
    if any(allows(asked.question.allowed, diagnosis) for diagnosis in asked.diagnoses):
        said.append("This assignment allows such a guard, so that it costs nothing")
    left = _without(judged, asked.diagnoses)
    if any(diagnosis.cases is not None for diagnosis in asked.diagnoses) and not left.right:
        said.append(_besides(function, judged, left, hidden))
    else:
        said += _undiagnosed(function, left, hidden)
    said += _unanswered(function, judged)
    if asked.only_first:
        said.append(f"{function} is right the first time that it is called, and wrong after that: it keeps state")
    if not (asked.diagnoses and judged.right):
        said += _told(asked, [f for f in habits(asked) if not hidden or f.kind not in ("type", "extra")])
        if judged.right and any(f.kind == "extra" for _, f in judged.findings):
            said.append("What comes first is right")
    elif asked.credit.outcomes["hygiene"] == "passed":
        said.append("This assignment allows it, so that it costs nothing")
    if asked.followed:
        helped = together(list(asked.followed))
        said.append(f"{function} is marked with right values in place of {helped}, which cost already")
    return " ".join(sentence if sentence.endswith((".", "?", "!")) else f"{sentence}." for sentence in said)


def _told(asked: Answered, findings: Sequence[Finding]) -> list[str]:
    """A sentence for each finding, but only one for all arguments that are written to."""
    changed = [finding for finding in findings if finding.kind == "changed"]
    said = []
    for finding in findings:
        if finding.kind != "changed" or len(changed) == 1:
            sentence = finding_sentence(asked.question.name, finding)
        elif finding is changed[0]:
            written = f"{together([f.name for f in changed])} were written to by {asked.question.name}"
            sentence = f"{written}, but should be left as they were; work on copies"
        else:
            continue
        allowed = "; this assignment allows it" if permitted(asked.question.allowed, finding) else ""
        said.append(f"{sentence}{allowed}")
    return said


def habits(asked: Answered) -> list[Finding]:
    """The findings that are not told already. Left out are: the dtype of a list, which is told to be no array; a number
    in brackets, where wrong shapes are told; an argument that a named mistake writes to.
    """
    found = [f for _, f in asked.judged.findings if not asked.only_first or f.kind != "state"]
    if named := {diagnosis.mistake.id for diagnosis in asked.diagnoses}:
        from gradecheck.grading.judging.catalogue import known

        written = {h for m, t in known(asked.judged.banked) if m.id in named for h in t.habits if h[0] == "changed"}
        found = [f for f in found if (f.kind, f.name, f.was) not in written]
    found = [f for f in found if f.kind != "shape" or not asked.judged.misshapen]
    lists = {f.name for f in found if f.kind == "type"}
    return [f for f in found if f.kind != "dtype" or f.name not in lists]


def _without(judged: Judged, diagnoses: Sequence[Diagnosis]) -> Judged:
    """The same, as if all that these explain were right."""
    if not diagnoses:
        return judged
    explained = np.logical_or.reduce([diagnosis.explained(judged) for diagnosis in diagnoses])
    return replace(judged, levels=np.where(explained, 0, judged.levels).astype(np.int8))


def _undiagnosed(function: str, judged: Judged, hidden: bool) -> list[str]:
    if judged.right:
        return []
    if limited := judged.failing("limit"):
        return [_stops(function, judged, limited, hidden)]
    if judged.unwritten:
        return [_unwritten(function, judged.reasons[0], hidden)]
    what = "overflows or loses all digits in {cases}"
    if judged.failing("wrong"):
        what = "differs from the formula in {cases}"
    said = [_failure(function, judged, failure, what, hidden) for failure in failures(judged)[:MOST_TOLD]]
    return said if draws(judged) else [*said, *circumstances.sentences(judged)]


def _besides(function: str, judged: Judged, left: Judged, hidden: bool) -> str:
    """What goes wrong in the cases that no named mistake explains; in detail unless the others fail in the same way."""
    explained = np.flatnonzero((judged.levels >= UNSTABLE).any(axis=1) & (left.levels < UNSTABLE).all(axis=1))
    kinds = {failure.kind for failure in failures(judged, map(int, explained))}
    first = failures(left)[0]
    if first.kind in kinds and first.kind != NUMBERS:
        return f"Besides, something else is wrong in {len(first.cases)} of {len(judged.states)} cases"
    return f"Besides, {_undiagnosed(function, left, hidden)[0]}"


def draws(judged: Judged) -> bool:
    """Whether it draws random numbers: then its answers have nothing in common but by chance."""
    return any(finding.kind == "random" for _, finding in judged.findings)


def _failure(function: str, judged: Judged, failure: Failure, what: str, hidden: bool = False) -> str:
    """What goes wrong in those cases, and in how many.  what: for wrong numbers, with {cases} for how many."""
    cases = f"{len(failure.cases)} of {len(judged.states)} cases"
    if judged.unwritten:
        return _unwritten(function, judged.reasons[0], hidden)
    if failure.reason is None:
        return f"{function} {what.format(cases=cases)}"
    if isinstance(failure.reason, Limit):
        return reason(function, failure.reason, hidden)
    contract = judged.banked.contract
    defaults = [argument for argument in contract.arguments if argument.default is not None]
    raised = failure.reason if isinstance(failure.reason, Raised) else None
    missing = raised is not None and raised.type == "TypeError" and not raised.lines and not raised.function
    if missing and defaults and left_out(judged.banked)[list(failure.cases)].all():
        said = " and ".join(f"{a.name} has no default; the contract's is {a.default:g}" for a in defaults)
        return f"{said} ({cases} leave it out)"
    return f"{reason(function, failure.reason, hidden, contract.results)} ({cases})"


def _unwritten(function: str, told: Answer | Finding, hidden: bool) -> str:
    return reason(function, told, hidden) if isinstance(told, Missing) else f"{function} is still to be written"


def _stops(function: str, judged: Judged, limited: Sequence[int], hidden: bool) -> str:
    """Which limit was met; and at which case, if others were answered in time."""
    met = min(limited, key=lambda case: (judged.reasons[case] != HUNG, _numbers(judged, case)))
    why, count = judged.reasons[met], len(judged.states)
    if why != HUNG or len(limited) == count:
        return reason(function, judged.reasons[limited[0]], hidden)
    shape = "" if hidden else f" ({_shape(judged, met)})"
    at = f"{function} stops answering at case {count - len(limited) + 1} of {count}{shape}"
    return f"{at}: it {reason('', why).strip()}"


def _numbers(judged: Judged, case: int) -> int:
    return sum(map(np.size, arguments(judged.banked, case)))


def _shape(judged: Judged, case: int) -> str:
    """The shape of the first array of that case."""
    given = zip(judged.banked.contract.arguments, arguments(judged.banked, case), strict=True)
    return next(f"{argument.name} of shape {np.shape(value)}" for argument, value in given if argument.is_array)


def _unanswered(function: str, judged: Judged) -> list[str]:
    told = next((why for why in judged.reasons.values() if isinstance(why, Unanswered)), None)
    return [] if told is None else [slow(function, told, judged.right)]
