"""What a wrong function is right for: it is called in other ways, and its answers are judged as answers to ours.

Only a wrong function is called again: on a few cases first, and on all of them where these are right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.bank.store import BankedQuestion
from gradecheck.grading.jail.answers import Answer, Returned, unwritten
from gradecheck.grading.jail.inside.protocol import Cases
from gradecheck.grading.jail.reply import Answering
from gradecheck.grading.jail.right_values import NOTHING, Replaced
from gradecheck.grading.judging import calls
from gradecheck.grading.judging.diagnosis import Diagnosis, diagnose
from gradecheck.grading.judging.judged import UNSTABLE, WRONG, Judged, judge
from gradecheck.grading.judging.probes import Probe, probes
from gradecheck.grading.judging.roles import order_told, parameters
from gradecheck.grading.judging.stages import stages
from gradecheck.numbers.compare import as_results, errors
from gradecheck.packs import registry

FEWEST: Final = 3  # ordinary cases that have to be right
PATIENCE: Final = 0.5  # seconds


def probe(
    session: Answering,
    name: str,
    judged: Judged,
    diagnoses: tuple[Diagnosis, ...],
    seconds: float,
    replaced: Replaced = NOTHING,
) -> tuple[Diagnosis, ...]:
    """The diagnoses, or better ones where the function is right when called in another way.

    seconds: that all cases took. A slow function is only called in the order that the student's own names tell.
    """
    banked, failing = judged.banked, np.asarray((judged.levels >= WRONG).any(axis=1))
    stage = stages(banked)
    if (failing & (stage == 0)).sum() < FEWEST or judged.failing("limit"):
        return diagnoses
    if any(map(unwritten, judged.reasons.values())):
        return diagnoses
    everyday = [int(case) for case in np.lexsort((stage,)) if failing[case] and stage[case] < 2]
    told = order_told(banked.contract, parameters(session.cells, name))
    if told is not None and _symmetric(banked, told, everyday[:FEWEST]):
        told = None
    known = _explained(judged, diagnoses, stage == 0) or seconds > PATIENCE
    if known and told is None:
        return diagnoses
    tried = list(probes(name, banked, told, known))
    for one in _hopeful(session, name, judged, everyday, tried, replaced):
        again = _judged(session, name, banked, one, replaced)
        others = () if again.right else diagnose(again)
        sound = (again.levels[stage == 0] < UNSTABLE).all()
        if sound or _explained(again, others):
            results = frozenset(range(judged.levels.shape[1]))
            beside = [d.mistake for d in others if d.results and _explained(again, others)]
            return tuple(Diagnosis(mistake, results) for mistake in (*one.mistakes, *beside))
    return diagnoses


def _symmetric(banked: BankedQuestion, order: tuple[int, ...], cases: Sequence[int]) -> bool:
    """Whether the formula gives the same in that order, so that the order is not what is wrong."""
    own, right = [calls.arguments(banked, case) for case in cases], registry.right(banked.contract)
    try:
        with np.errstate(all="ignore"):
            values = [right(*(arguments[i] for i in order)) for arguments in own]
    except Exception:  # arguments of shapes that do not fit in that order, or that a side by hand refuses
        return False
    return all(_right(banked, case, Returned(value, "ndarray")) for case, value in zip(cases, values, strict=True))


def _explained(judged: Judged, diagnoses: Sequence[Diagnosis], within: NDArray[np.bool_] | None = None) -> bool:
    """Whether every failure, in these cases, has a name."""
    bad = judged.levels >= UNSTABLE
    bad = bad if within is None else bad & within[:, None]
    return bool(diagnoses) and not (bad & ~np.logical_or.reduce([d.explained(judged) for d in diagnoses])).any()


# -- calling


def _hopeful(
    session: Answering,
    name: str,
    judged: Judged,
    everyday: Sequence[int],
    tried: Sequence[Probe],
    replaced: Replaced,
) -> Iterator[Probe]:
    """The probes that give right values in a few everyday cases, or are likely for another reason."""
    banked = judged.banked
    wanted = [(one, case) for one in tried for case in _applying(one, banked, everyday)]
    answers = _answers(session, name, banked, wanted, replaced)
    for one in tried:
        came = [(case, a) for (own, case), a in zip(wanted, answers, strict=True) if own is one and a is not None]
        right = [_right(banked, case, a) or _is_likely(one, judged, case, a) for case, a in came]
        if len(right) == FEWEST and all(right):
            yield one


def _applying(one: Probe, banked: BankedQuestion, cases: Sequence[int]) -> list[int]:
    return list(islice((c for c in cases if one.given(calls.arguments(banked, c)) is not None), FEWEST))


def _answers(
    session: Answering, name: str, banked: BankedQuestion, wanted: Sequence[tuple[Probe, int]], replaced: Replaced
) -> list[Answer | None]:
    """What the function answered, as an answer to our case; None where the probe does not apply to it."""
    given = [one.given(calls.arguments(banked, case)) for one, case in wanted]
    packed = Cases.pack([arguments for arguments in given if arguments is not None])
    came = iter(session.call(name, packed, replaced).answers if packed.count else ())
    found: list[Answer | None] = []
    for (one, case), arguments in zip(wanted, given, strict=True):
        answer = None if arguments is None else next(came)
        if isinstance(answer, Returned):
            answer = replace(answer, value=one.back(answer.value, calls.arguments(banked, case)))
        found.append(answer)
    return found


def _arrays(banked: BankedQuestion, case: int, answer: Answer) -> tuple[NDArray[Any], ...]:
    """The results, if their shapes are right."""
    if not isinstance(answer, Returned):
        return ()
    shapes = banked.shapes[case]
    arrays, _ = as_results(answer.value, banked.contract, np.dtype(banked.recipes[case].dtype), shapes)
    return arrays if tuple(x.shape for x in arrays) == banked.shapes[case] else ()


def _right(banked: BankedQuestion, case: int, answer: Answer) -> bool:
    arrays = _arrays(banked, case, answer)
    if not arrays:
        return False
    start = banked.starts[case * len(arrays)]
    actual = np.concatenate([np.ravel(x) for x in arrays]).astype(np.float64)
    part = slice(start, start + len(actual))
    return bool((errors(actual, banked.values[part]) <= banked.loose[part]).all())


def _is_likely(one: Probe, judged: Judged, case: int, answer: Answer) -> bool:
    """Whether the probe is worth all cases, though this answer is wrong."""
    if one.likely == "by shapes":
        return judged.levels[case].max() > WRONG and bool(_arrays(judged.banked, case, answer))
    return one.likely == "by names"


def _judged(session: Answering, name: str, banked: BankedQuestion, one: Probe, replaced: Replaced) -> Judged:
    """All cases; those to which the probe does not apply count as right."""
    count, results = len(banked.recipes), len(banked.contract.results)
    answers = _answers(session, name, banked, [(one, case) for case in range(count)], replaced)
    return judge(banked, [_as_asked(banked, case, answer, results) for case, answer in enumerate(answers)])


def _as_asked(banked: BankedQuestion, case: int, answer: Answer | None, results: int) -> Answer:
    if answer is not None:
        return answer
    dtype = banked.recipes[case].dtype
    right = [
        banked.values[banked.starts[case * results + i] :][: int(np.prod(shape))].astype(dtype).reshape(shape)
        for i, shape in enumerate(banked.shapes[case])
    ]
    return Returned(right[0] if results == 1 else tuple(right), "ndarray" if results == 1 else "tuple")
