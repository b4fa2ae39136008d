"""Right results, and yet: rounded, of too few digits, or one in another's place. Each is read off the answers."""

from __future__ import annotations

from itertools import permutations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.compare import errors
from gradecheck.grading.judging.judging import SHAPE, UNSTABLE, WRONG, Judged
from gradecheck.grading.judging.stages import stages
from gradecheck.mistakes.mistake import Mistake
from gradecheck.rounding import UNIT

Flat = NDArray[np.float64]
DECIMALS: Final = range(13)
ROUNDED: Final = "Round where you print, not where you return."
FEWEST: Final = 3  # wrong numbers, or ordinary cases, that show it


def right_but(judged: Judged) -> Mistake | None:
    """What explains every wrong answer, if something does."""
    return _rounded(judged) if (judged.levels <= WRONG).all() else _in_another_order(judged)


# -- digits


def _rounded(judged: Judged) -> Mistake | None:
    """What was done to the digits of right values; infinities, where that overflowed, say nothing."""
    banked = judged.banked
    lengths = np.diff(np.append(banked.starts, len(banked.values)))
    single = np.repeat([r.dtype == "float32" for r in banked.recipes], lengths.reshape(judged.levels.shape).sum(axis=1))
    seen = np.isfinite(judged.actual) & np.isfinite(banked.values) & ~np.isinf(banked.tight)
    wrong = seen & ~(errors(judged.actual, banked.values) <= banked.loose)
    if wrong.sum() < FEWEST:
        return None
    actual, right, bound, single = (x[seen] for x in (judged.actual, banked.values, banked.tight, single))
    for decimals in DECIMALS:
        if _has_only(decimals, actual, single):
            off, unit = errors(actual, right), 10.0**-decimals
            to = f"{decimals} decimal{'s' * (decimals > 1)}" if decimals else "whole numbers"
            for verb, reach in (("rounded", unit / 2), ("cut off", unit)):
                if (off <= bound + reach).all():
                    return _mistake(judged, "rounded", f"The result is {verb} to {to}, as for printing.", ROUNDED)
            return None
    return _of_few_digits(judged, actual, right, bound, single)


def _has_only(decimals: int, actual: Flat, single: NDArray[np.bool_]) -> bool:
    """Whether no number has more decimals, in its own precision or in double; large numbers have none."""
    scale = 10.0**decimals
    whole = np.abs(actual) >= np.where(single, 2.0**23, 2.0**52) / scale
    with np.errstate(all="ignore"):
        low = actual.astype(np.float32)
        for x, there in ((actual, np.ones_like(single)), (low, single)):
            for cut in (np.round(x, decimals), np.round(x * scale) / scale):
                whole |= there & (cut.astype(np.float64) == actual)
    return bool(whole.all())


def _of_few_digits(
    judged: Judged, actual: Flat, right: Flat, bound: Flat, single: NDArray[np.bool_]
) -> Mistake | None:
    """Computed in a lower precision: the bound grows as the last digit does."""
    unit = np.where(single, UNIT[np.dtype("float32")], UNIT[np.dtype("float64")])
    for dtype, own, digits in ((np.float16, 2.0**-11, "three"), (np.float32, 2.0**-24, "seven")):
        with np.errstate(all="ignore"):
            kept = actual.astype(dtype).astype(np.float64) == actual
        reach = bound * np.maximum(own / unit, 1) + own * np.abs(right) + float(np.finfo(dtype).smallest_normal)
        if kept.all() and (errors(actual, right) <= reach).all():
            what = f"The result has only the digits of {np.dtype(dtype)}, about {digits}: the arguments have more."
            return _mistake(judged, "of-few-digits", what, "Keep the dtype of the arguments: look for a conversion.")
    return None


# -- places


def _in_another_order(judged: Judged) -> Mistake | None:
    """Every result is right, in the place of another."""
    names = judged.banked.contract.results
    plain = tuple(range(len(names)))
    asked = [case for case in np.flatnonzero(stages(judged.banked) < 2) if _came(judged, int(case))]
    ordinary = [int(case) for case in asked if (judged.levels[case] >= UNSTABLE).any()]
    if len(names) < 2 or len(ordinary) < FEWEST:
        return None
    for order in permutations(plain):
        if order != plain and all(_right_so(judged, int(case), order) for case in asked):
            came = ", ".join(names[i] for i in order)
            what = f"The results come in the order {came}, but should come in the order {', '.join(names)}; each is right."
            return _mistake(judged, "results-in-another-order", what, f"Return {', '.join(names)}, in this order.")
    return None


def _came(judged: Judged, case: int) -> bool:
    """Whether there are arrays at all."""
    return bool((judged.levels[case] <= SHAPE).all())


def _array(judged: Judged, case: int, result: int) -> NDArray[Any]:
    if (case, result) in judged.misshapen:
        return judged.misshapen[case, result]
    return judged.actual[_part(judged, case, result)].reshape(judged.banked.shapes[case][result])


def _part(judged: Judged, case: int, result: int) -> slice:
    start = judged.banked.starts[case * judged.levels.shape[1] + result]
    return slice(start, start + int(np.prod(judged.banked.shapes[case][result])))


def _right_so(judged: Judged, case: int, order: tuple[int, ...]) -> bool:
    """Whether what stands at each place is right as the result that the order has there."""
    banked = judged.banked
    for place, result in enumerate(order):
        array, part = _array(judged, case, place), _part(judged, case, result)
        if array.shape != banked.shapes[case][result]:
            return False
        if not (errors(array.ravel(), banked.values[part]) <= banked.loose[part]).all():
            return False
    return True


def _mistake(judged: Judged, what_it_is: str, what: str, look: str) -> Mistake:
    function = judged.banked.function
    return Mistake(f"{function}/{what_it_is}", function, lambda *arguments: None, what, look)
