"""Mistakes that are read off answers: right results that were rounded, lack digits, or come in another order."""

from __future__ import annotations

from itertools import permutations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.jail.answers import Answer, NoArray, Returned
from gradecheck.grading.judging.judged import SHAPE, UNSTABLE, WRONG, Judged, judge
from gradecheck.grading.judging.stages import stages
from gradecheck.numbers.compare import Finding, errors
from gradecheck.numbers.rounding import UNIT
from gradecheck.packs.mistakes.mistake import Mistake

Flat = NDArray[np.float64]
DECIMALS: Final = range(13)
ROUNDED: Final = "Round where you print, not where you return."
FEWEST: Final = 3  # wrong numbers, or ordinary cases


# -- digits


def of_digits(judged: Judged) -> Mistake | None:
    """The mistake in the digits of right values, if everyday numbers show one."""
    if (judged.levels > WRONG).any():
        return None
    banked = judged.banked
    lengths = np.diff(np.append(banked.starts, len(banked.values)))
    single = np.repeat([r.dtype == "float32" for r in banked.recipes], lengths.reshape(judged.levels.shape).sum(axis=1))
    seen = np.isfinite(judged.actual) & np.isfinite(banked.values) & ~np.isinf(banked.tight)
    wrong = seen & ~(errors(judged.actual, banked.values) <= banked.loose)
    everyday = np.repeat(stages(banked) < 2, lengths.reshape(judged.levels.shape).sum(axis=1))
    if len(np.unique(judged.actual[wrong & everyday])) < FEWEST:  # a constant is not a rounded result
        return None
    seen &= everyday
    actual, right, bound, single = judged.actual[seen], banked.values[seen], banked.tight[seen], single[seen]
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
    """Whether no number has more decimals, in its own precision or in float64; large numbers have none."""
    scale = 10.0**decimals
    whole = np.abs(actual) >= np.where(single, 2.0**23, 2.0**52) / scale
    with np.errstate(all="ignore"):
        low = actual.astype(np.float32)
        for x, there in ((actual, np.ones_like(single)), (low, single)):
            for cut in (np.round(x, decimals), np.round(x * scale) / scale):
                whole |= there & (cut.astype(np.float64) == actual)
    return bool(whole.all())


def _of_few_digits(judged: Judged, actual: Flat, right: Flat, bound: Flat, single: NDArray[np.bool_]) -> Mistake | None:
    """Whether the values were computed in a lower precision: within a bound that grows with its last digit."""
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


def in_order(judged: Judged) -> tuple[Mistake, Judged] | None:
    """The mistake of results in another order, by their shapes, and the answers in the right order.

    Where shapes allow several orders, the one in which everyday answers are right.
    """
    names = judged.banked.contract.results
    plain = tuple(range(len(names)))
    came = [case for case in range(len(judged.levels)) if (judged.levels[case] <= SHAPE).all()]
    everyday = [case for case in came if stages(judged.banked)[case] < 2]
    if len(names) < 2 or len(everyday) < FEWEST or not judged.failing("shape", "wrong"):
        return None
    found = []
    for order in permutations(plain):
        if order != plain and all(_fits(judged, case, order) for case in came):
            again = _ordered(judged, set(came), order)
            found.append((order, again, bool((again.levels[everyday] < UNSTABLE).all())))
    right = [one for one in found if one[2]]
    by_shape = found if any((judged.levels[case] == SHAPE).any() for case in everyday) else []
    if len(right or by_shape) != 1:
        return None
    (order, again, _), *_ = right or by_shape
    what = (
        f"The results come in the order {', '.join(names[order.index(i)] for i in plain)}, but should come in the "
        f"order {', '.join(names)}{'; each of them is right' if again.right else ''}."
    )
    return _mistake(judged, "results-in-another-order", what, f"Return {', '.join(names)}, in this order."), again


def _array(judged: Judged, case: int, result: int) -> NDArray[Any]:
    if (case, result) in judged.misshapen:
        return judged.misshapen[case, result]
    start, shape = judged.banked.starts[case * judged.levels.shape[1] + result], judged.banked.shapes[case][result]
    return judged.actual[start : start + int(np.prod(shape))].reshape(shape)


def _fits(judged: Judged, case: int, order: tuple[int, ...]) -> bool:
    """Whether the shapes are right in that order.    order: the place of each result."""
    shapes = judged.banked.shapes[case]
    return all(_array(judged, case, place).shape == shapes[result] for result, place in enumerate(order))


def _ordered(judged: Judged, came: set[int], order: tuple[int, ...]) -> Judged:
    answers: list[Answer] = []
    for case, recipe in enumerate(judged.banked.recipes):
        if case in came:
            value = tuple(_array(judged, case, place).astype(recipe.dtype) for place in order)
            answers.append(Returned(value, "tuple"))
        else:
            reason = judged.reasons[case]
            answers.append(NoArray("nothing") if isinstance(reason, Finding) else reason)
    return judge(judged.banked, answers)


def _mistake(judged: Judged, what_it_is: str, what: str, look: str) -> Mistake:
    function = judged.banked.contract.name
    return Mistake(f"{function}/{what_it_is}", function, lambda *arguments: None, what, look)
