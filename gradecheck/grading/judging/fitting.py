"""Guards with a constant of the student's own: fitted to one wrong answer, and then held against all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from gradecheck.compare import errors
from gradecheck.grading.jail.answers import Returned
from gradecheck.grading.judging import calls
from gradecheck.grading.judging.catalogue import Trace, trace
from gradecheck.grading.judging.judging import UNSTABLE, Judged, judge
from gradecheck.mistakes import BY_FUNCTION
from gradecheck.mistakes.mistake import Guard, Mistake
from gradecheck.rounding import UNIT

LARGEST: Final = 0.1  # beyond it the formula is another one
HALVINGS: Final = 80
DIGITS: Final = (1, 2, 3)
"""People write few digits: of the constants that explain an answer within rounding, the shortest is taken."""

MOST_TRIED: Final = 3  # answers of each precision, the most wrong ones first

Constants = dict[str, float]
"""By precision: np.finfo(x.dtype).eps is another number in each."""


def fitted(judged: Judged) -> Iterator[tuple[Mistake, Trace]]:
    """Every guard of the function that explains some wrong answer, with what it then answers on all cases."""
    if judged.reasons or judged.misshapen:
        return
    wrong = _most_wrong(judged)
    lost = any(finding.kind == "dtype" for _, finding in judged.findings)
    for mistake in BY_FUNCTION.get(judged.banked.function, ()):
        constants = _constants(judged, mistake.guard, wrong) if mistake.guard else {}
        if mistake.guard and constants:
            guard = replace(mistake, what=mistake.guard.what.format(c=_told(constants)))
            yield guard, _trace(judged, mistake.guard, constants)
            if lost:  # NumPy's own numbers, such as np.finfo(float).eps, turn float32 into float64
                yield guard, _trace(judged, mistake.guard, {dtype: np.float64(c) for dtype, c in constants.items()})


def _told(constants: Constants) -> str:
    first, *others = (f"{c:g}" for c in dict.fromkeys(constants.values()))
    return f"{first} ({others[0]} in float32)" if others else first


def _most_wrong(judged: Judged) -> Sequence[tuple[int, int, int]]:
    """Wrong answers, each as case, result, and place in that result; a few of each precision and result.

    Guards go into sums near 1, which may round by as much as 1 does: where that is all, little is to be learnt.
    """
    banked, found = judged.banked, []
    error = errors(judged.actual, banked.values)
    finite = np.isfinite(judged.actual) & np.isfinite(banked.values) & np.isfinite(banked.tight)
    results, dtypes = judged.levels.shape[1], np.array([recipe.dtype for recipe in banked.recipes])
    ends = np.append(banked.starts[1:], len(banked.values))
    roundoff = np.repeat([UNIT[np.dtype(recipe.dtype)] for recipe in banked.recipes], results)
    with np.errstate(all="ignore"):
        ratio = np.where(finite, error / (banked.tight + np.repeat(roundoff, ends - banked.starts)), 0.0)
    for result in range(results):
        for dtype in banked.dtypes:
            cases = np.flatnonzero((judged.levels[:, result] >= UNSTABLE) & (dtypes == dtype))
            parts = {c: ratio[banked.starts[c * results + result] : ends[c * results + result]] for c in cases}
            worst = sorted((c for c in parts if parts[c].max() > 0), key=lambda c: -parts[c].max())[:MOST_TRIED]
            found += [(int(c), result, int(parts[c].argmax())) for c in worst]
    return found


def _constants(judged: Judged, guard: Guard, wrong: Sequence[tuple[int, int, int]]) -> Constants:
    """The constant in each precision that explains one of the most wrong answers; nothing where none does."""
    found: Constants = {}
    for case, result, at in wrong:
        dtype = judged.banked.recipes[case].dtype
        if dtype not in found:
            constant = _constant(judged, guard, (case, result, at), tuple(found.values()))
            found |= {dtype: constant} if constant else {}
    return {dtype: found.get(dtype, next(iter(found.values()))) for dtype in judged.banked.dtypes} if found else {}


def _constant(judged: Judged, guard: Guard, place: tuple[int, int, int], known: tuple[float, ...]) -> float | None:
    """The constant with which the guard gives what stands there: by halving, as every guard moves its answer one way.

    known: constants to prefer, if they explain it too.
    """
    (case, result, at), banked = place, judged.banked
    where = banked.starts[case * judged.levels.shape[1] + result] + at
    actual, dtype = judged.actual[where], np.dtype(banked.recipes[case].dtype)
    given = calls.arguments(banked, case)

    def beyond(constant: float) -> float:
        """How far the guard's answer is from the one that was given."""
        with np.errstate(all="ignore"):
            value = guard.form(*given, constant)
        part = value[result] if isinstance(value, tuple) else value
        return float(np.ravel(part)[at] - actual)

    low, high = float(np.finfo(dtype).smallest_subnormal), LARGEST
    side = beyond(low)
    if not side * beyond(high) <= 0:
        return None
    for _ in range(HALVINGS):
        middle = float(np.sqrt(low) * np.sqrt(high))
        low, high = (middle, high) if beyond(middle) * side > 0 else (low, middle)
    right = abs(banked.values[where])
    slack = banked.tight[where] * (min(1.0, abs(actual) / right) if right else 1.0) + 2 * UNIT[dtype] * abs(actual)
    short = (float(f"{high:.{digits - 1}e}") for digits in DIGITS)
    candidates = (*known, *short, float(np.finfo(np.float64).eps), float(np.finfo(dtype).eps), high)
    return next((c for c in candidates if abs(beyond(c)) <= slack), None)


def _trace(judged: Judged, guard: Guard, constants: Constants) -> Trace:
    """What the guard answers on all cases. It is ours, so that it needs no worker."""
    banked = judged.banked
    with np.errstate(all="ignore"):
        values: list[Any] = [
            guard.form(*calls.arguments(banked, case), constants[recipe.dtype])
            for case, recipe in enumerate(banked.recipes)
        ]
    return trace(judge(banked, [Returned(value, type(value).__name__) for value in values]))
