"""Guards with a student's own constant: it is fitted to one wrong answer, and then tried on all of them.

Only constants that people write are considered: with few digits, or one of NumPy's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.judging import calls
from gradecheck.grading.judging.judged import UNSTABLE, Judged
from gradecheck.grading.judging.slips import traced
from gradecheck.grading.judging.traces import Trace
from gradecheck.numbers.compare import errors, precision
from gradecheck.numbers.rounding import UNIT
from gradecheck.packs import catalogues
from gradecheck.packs.contract import Contract
from gradecheck.packs.mistakes.mistake import Mistake

LARGEST: Final = 0.1  # a larger one makes it another formula
TOO_LARGE: Final = 1e-3  # from here on it is too large for a guard
HALVINGS: Final = 80
DIGITS: Final = (1, 2, 3)
"""The most digits of a constant. Of those that explain an answer within rounding, the shortest is taken."""

OWN: Final = (float(np.finfo(np.float64).eps), float(np.finfo(np.float32).eps))
"""Constants with more digits that people write, such as np.finfo(float).eps."""

MOST_TRIED: Final = 3  # answers in each precision, the most wrong first

Constants = dict[str, float]
"""By precision, as np.finfo(x.dtype).eps differs."""


Form = Callable[..., Any]
"""A guard with any constant: the arguments, then the constant."""


def guards(contract: Contract) -> list[tuple[Mistake, Form]]:
    return [(m, m.guard.form) for m in catalogues.mistakes(contract) if m.guard]


def fitted(
    judged: Judged, forms: Iterable[tuple[Mistake, Form]], unguarded: Trace | None = None
) -> Iterator[tuple[Mistake, Trace]]:
    """Every guard that explains some wrong answer, with its answers on all cases.

    forms: each guard, and the function with it.   unguarded: the answers without it; None for the right ones.
    """
    wrong = _most_wrong(judged, judged.banked.values if unguarded is None else unguarded.actual)
    for mistake, form in forms:
        constants = _constants(judged, form, wrong)
        if mistake.guard and constants:
            guard = _with(mistake, mistake.guard.what, constants)
            yield guard, _trace(judged, form, constants)
            # NumPy's own numbers, such as np.finfo(float).eps, turn float32 arrays into float64
            yield guard, _trace(judged, form, {dtype: np.float64(c) for dtype, c in constants.items()})


def _with(mistake: Mistake, what: str, constants: Constants) -> Mistake:
    """The guard with its constant, or the mistake of a constant that is too large for one."""
    assert mistake.guard is not None
    told, most = _told(constants), max(constants.values())
    found = replace(mistake, what=what.format(c=told), guard=replace(mistake.guard, constant=most))
    if most < TOO_LARGE:
        return found
    too_large = f"{most:g} is too large for a guard: it changes ordinary answers, too."
    return replace(found, what=f"{found.what} {too_large}", costs="correctness")


def _told(constants: Constants) -> str:
    first, *others = (f"{c:g}" for c in dict.fromkeys(constants.values()))
    return f"{first} ({others[0]} in float32)" if others else first


def _most_wrong(judged: Judged, unguarded: NDArray[np.float64]) -> Sequence[tuple[int, int, int]]:
    """Wrong answers, each as case, result, and place in that result; a few for each precision and result.

    Guards often go into sums near 1. Answers that are off by no more than a rounding of 1 tell little of the constant.
    """
    banked, found = judged.banked, []
    error = errors(judged.actual, unguarded)
    finite = np.isfinite(judged.actual) & np.isfinite(unguarded) & np.isfinite(banked.tight)
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


def _constants(judged: Judged, form: Form, wrong: Sequence[tuple[int, int, int]]) -> Constants:
    """By precision the constant that explains one of the most wrong answers, if there is one."""
    found: Constants = {}
    for case, result, at in wrong:
        dtype = judged.banked.recipes[case].dtype
        if dtype not in found:
            constant = _constant(judged, form, (case, result, at), tuple(found.values()))
            found |= {dtype: constant} if constant else {}
    return {dtype: found.get(dtype, next(iter(found.values()))) for dtype in judged.banked.dtypes} if found else {}


def _constant(judged: Judged, form: Form, place: tuple[int, int, int], known: tuple[float, ...]) -> float | None:
    """The constant with which the guard gives the answer at that place, by bisection: guards move an answer one way.

    known: constants to prefer, if they explain it, too.
    """
    (case, result, at), banked = place, judged.banked
    where = banked.starts[case * judged.levels.shape[1] + result] + at
    actual, dtype = judged.actual[where], np.dtype(banked.recipes[case].dtype)
    given = calls.arguments(banked, case)

    def beyond(constant: float) -> float:
        """How far the guard's answer is from the submission's."""
        try:
            with np.errstate(all="ignore"):
                value = form(*given, constant)
            part = value[result] if isinstance(value, tuple) else value
            return float(np.ravel(part)[at] - actual)
        except (ValueError, IndexError):  # around a mistake whose answers have another shape
            return float("nan")

    low, high = float(np.finfo(dtype).smallest_normal), LARGEST
    side = beyond(low)
    if not side * beyond(high) <= 0:
        return None
    for _ in range(HALVINGS):
        middle = float(np.sqrt(low) * np.sqrt(high))
        low, high = (middle, high) if beyond(middle) * side > 0 else (low, middle)
    right = abs(banked.values[where])
    slack = banked.tight[where] * (min(1.0, abs(actual) / right) if right else 1.0) + 2 * UNIT[dtype] * abs(actual)
    short = (float(f"{high:.{digits - 1}e}") for digits in DIGITS)
    candidates = (*known, *short, *OWN, *(float(x) for x in (np.finfo(dtype).eps, np.finfo(dtype).smallest_normal)))
    return next((c for c in candidates if abs(beyond(c)) <= slack), None)


def _trace(judged: Judged, form: Form, constants: Constants) -> Trace:
    """The guard's answers on all cases."""
    by_dtype = {np.dtype(dtype): constant for dtype, constant in constants.items()}

    def guarded(*arguments: Any) -> Any:
        return form(*arguments, by_dtype[precision(arguments)])

    return traced(judged.banked, guarded)
