"""What wrong answers have in common where no catalogued mistake explains them: a factor, a place, a step.

Each holds for all cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.feedback.places import narrowest
from gradecheck.grading.judging import calls
from gradecheck.grading.judging.judged import UNSTABLE, WRONG, Judged
from gradecheck.grading.judging.stages import stages
from gradecheck.numbers.compare import errors
from gradecheck.numbers.rounding import UNIT
from gradecheck.numbers.signs import common, signs
from gradecheck.verifying.wording import SIGNS, number

FEWEST: Final = 3  # wrong values that one factor or offset has to explain
ZEROS: Final = SIGNS["zeros"][1:]  # said where all values are 0: these are wrong wherever they should not be 0


def sentences(judged: Judged) -> tuple[str, ...]:
    """What wrong answers have in common, in sentences without full stops."""
    said = in_common(judged)
    where = narrowest(judged)
    if where is not None and not any(ZEROS in text for text in said):
        said.append(f"It is wrong only {where}")
    step = _step(judged)
    if step is not None:
        said.append(step)
    return tuple(said)


# -- factors


def in_common(judged: Judged) -> list[str]:
    """For each result with only wrong numbers: the only sign, factor, offset or term that explains it."""
    names, said = judged.banked.contract.results, []
    for i, name in enumerate(names):
        levels = judged.levels[:, i]
        if not (levels == WRONG).any() or (levels > WRONG).any():
            continue
        found = _shared(judged, i)
        text = SIGNS[next(iter(found))] if len(found) == 1 else None if found else _constant(judged, i)
        if text:
            said.append(f"{name}: {text}" if len(names) > 1 else _capital(text))
    return said


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _shared(judged: Judged, result: int) -> frozenset[str]:
    """The signs that all answers share, right ones, too; of everyday cases, if these share some."""
    banked, levels = judged.banked, judged.levels[:, result]
    everyday = stages(banked) < 2
    within = everyday if (levels[everyday] == WRONG).any() else np.ones_like(everyday)
    cases = [int(case) for case in np.flatnonzero(within & (levels != UNSTABLE))]

    def own() -> Iterator[frozenset[str]]:
        for case in sorted(cases, key=lambda case: levels[case] != WRONG):
            shape, part = banked.shapes[case][result], _part(judged, case, result)
            right = banked.values[part].reshape(shape)
            if np.isfinite(right).all():
                actual, loose = judged.actual[part].reshape(shape), banked.loose[part].reshape(shape)
                yield signs(actual, right, loose, calls.arguments(banked, case))

    return common(own())


def _part(judged: Judged, case: int, result: int) -> slice:
    start = judged.banked.starts[case * judged.levels.shape[1] + result]
    return slice(start, start + int(np.prod(judged.banked.shapes[case][result])))


@dataclass(frozen=True)
class _Wrong:
    """The finite wrong numbers of one result, end to end."""

    cases: NDArray[np.int64]
    actual: NDArray[np.float64]
    right: NDArray[np.float64]
    bound: NDArray[np.float64]
    elements: NDArray[np.int64]


def _wrong(judged: Judged, result: int) -> _Wrong:
    banked, results = judged.banked, judged.levels.shape[1]
    lengths = np.diff(np.append(banked.starts, len(banked.values)))
    own = np.repeat(np.arange(len(lengths)) % results == result, lengths)
    error = errors(judged.actual, banked.values)
    wrong = own & np.isfinite(judged.actual) & ~np.isinf(banked.tight) & ~(error <= banked.tight) & ~banked.unstable
    roundoff = np.repeat([UNIT[np.dtype(recipe.dtype)] for recipe in banked.recipes], results)
    last = 2 * np.repeat(roundoff, lengths) * np.abs(judged.actual)  # of the last operation, on either side
    cases = np.repeat(np.arange(len(lengths)) // results, lengths)
    elements = np.arange(len(own)) - np.repeat(banked.starts, lengths)
    bound = banked.tight + last
    return _Wrong(cases[wrong], judged.actual[wrong], banked.values[wrong], bound[wrong], elements[wrong])


def _constant(judged: Judged, result: int) -> str | None:
    """One value, one factor, one offset or one term between every wrong value and the right one."""
    wrong = _wrong(judged, result)
    actual, right, bound = wrong.actual, wrong.right, wrong.bound
    if len(actual) < FEWEST:
        return None
    if (actual == actual[0]).all() and not (right == right[0]).all():
        return f"every wrong value is {number(actual[0] + 0.0, 6)}, whatever the arguments are: is it written yet?"
    with np.errstate(all="ignore"):
        best = np.argmin(np.where(right == 0, np.inf, bound / np.abs(right)))
        factor = actual[best] / right[best]
        slack = (1 + abs(factor)) * (bound + np.abs(right) * bound[best] / abs(right[best]))
        if (np.abs(actual - factor * right) <= slack).all() and number(factor, 6) != "1":
            return f"every wrong value is {number(factor, 6)} times what it should be"
        best = np.argmin(bound)
        offset = actual[best] - right[best]
        if (np.abs(actual - right - offset) <= 2 * (bound + bound[best])).all() and offset != 0:
            return f"every wrong value is what it should be plus {number(offset, 6)}"
    return _term(judged, wrong)


def _term(judged: Judged, wrong: _Wrong) -> str | None:
    """A term of the arguments, times one number, that is added; None where several explain the answers."""
    extra, found = wrong.actual - wrong.right, []
    for text, values in _terms(judged, wrong):
        with np.errstate(all="ignore"):
            share = wrong.bound / np.abs(values)
            best = int(np.argmin(np.where(np.isfinite(values) & (values != 0), share, np.inf)))
            times = extra[best] / values[best]
            slack = 2 * (wrong.bound + np.abs(values) * share[best])
            if np.isfinite(times) and times != 0 and (np.abs(extra - times * values) <= slack).all():
                by = {"1": "", "-1": "-"}.get(number(times, 6), f"{number(times, 6)} ")
                found.append(f"every wrong value is what it should be plus an extra term, {by}{text}: is it left in?")
    return found[0] if len(found) == 1 else None


def _terms(judged: Judged, wrong: _Wrong) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Terms for every wrong value: of each array, its sum, its mean, itself, and the same of its squares."""
    banked, results = judged.banked, judged.levels.shape[1]
    given = {int(case): calls.arguments(banked, int(case)) for case in np.unique(wrong.cases)}
    for i, argument in enumerate(banked.contract.arguments):
        if not argument.is_array:
            continue
        arrays = {case: np.asarray(arguments[i], np.float64) for case, arguments in given.items()}
        for power, name in ((1, argument.name), (2, f"{argument.name}²")):
            with np.errstate(all="ignore"):
                powers = {case: x**power for case, x in arrays.items()}
                for text, form in ((f"Σ {name}", np.sum), (f"the mean of {name}", np.mean)):
                    yield text, np.array([form(powers[int(case)]) for case in wrong.cases])
            if all(banked.shapes[case][0] == x.shape for case, x in arrays.items()) and results == 1:
                at = zip(wrong.cases, wrong.elements, strict=True)
                yield name, np.array([powers[int(case)].ravel()[int(element)] for case, element in at])


# -- steps


def _step(judged: Judged) -> str | None:
    """For a training: up to which step the number of every step is right."""
    names, history = judged.banked.contract.results, judged.banked.contract.history
    if history is None or judged.failing("shape", "error", "limit"):
        return None
    column, banked = names.index(history.result), judged.banked
    firsts = set()
    for case in judged.failing("wrong"):
        start = banked.starts[case * len(names) + column]
        part = slice(start, start + banked.shapes[case][column][0])
        off = ~(errors(judged.actual[part], banked.values[part]) <= banked.loose[part])
        firsts.add(int(np.argmax(off)) if off.any() else None)
    counted = {first for first in firsts if first is not None}
    name = history.result
    if 0 in counted:
        return f"The first {history.one} is wrong already, before any step" if counted == {0} else None
    if counted:
        return f"{name}[0] is right and {name}[{min(counted)}] is the first that is not: a step before it goes wrong"
    return f"All {name} are right, so that only the last step, or what comes back, goes wrong" if firsts else None
