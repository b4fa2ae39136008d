"""What wrong answers have in common where no catalogued mistake explains them: a factor, a place, a step.

Each is a fact about all cases.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from gradecheck.compare import errors
from gradecheck.grading.feedback.places import place
from gradecheck.grading.judging import calls
from gradecheck.grading.judging.judging import UNSTABLE, WRONG, Judged
from gradecheck.rounding import UNIT
from gradecheck.signs import FACTORS
from gradecheck.wording import SIGNS, number

FEWEST: Final = 3  # wrong values that one factor or offset has to explain


def sentences(judged: Judged) -> tuple[str, ...]:
    """What there is to say, each as a sentence without its full stop."""
    said = _signs(judged)
    where = place(judged)
    if where is not None:
        said.append(f"It is wrong only {where}")
    step = _step(judged)
    if step is not None:
        said.append(step)
    return tuple(said)


# -- factors


def _signs(judged: Judged) -> list[str]:
    """For each result that is wrong in numbers alone: the one sign, factor or offset that explains it in every case."""
    names, said = judged.banked.contract.results, []
    for i, name in enumerate(names):
        levels = judged.levels[:, i]
        if not (levels == WRONG).any() or (levels > WRONG).any():
            continue
        found = [sign for sign in (*FACTORS, "transposed") if _explains(judged, i, sign)]
        text = SIGNS[found[0]] if len(found) == 1 else None if found else _constant(judged, i)
        if text:
            said.append(f"{name}: {text}" if len(names) > 1 else _capital(text))
    return said


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _explains(judged: Judged, result: int, sign: str) -> bool:
    banked, results = judged.banked, len(judged.banked.contract.results)
    tried = False
    for case in range(len(judged.levels)):
        start, shape = banked.starts[case * results + result], banked.shapes[case][result]
        part = slice(start, start + int(np.prod(shape)))
        actual, right, bound = (x[part].reshape(shape) for x in (judged.actual, banked.values, banked.tight))
        if not np.isfinite(right).all() or judged.levels[case, result] == UNSTABLE:
            continue
        if sign == "transposed":
            if len(shape) != 2 or shape[0] != shape[1]:
                continue
            right, bound, factor = right.T, bound.T, 1.0
        else:
            factor = FACTORS[sign](calls.arguments(banked, case))
        with np.errstate(all="ignore"):
            if not (errors(actual, factor * right) <= (1 + abs(factor)) * bound).all():
                return False
        tried = tried or judged.levels[case, result] == WRONG
    return tried


def _constant(judged: Judged, result: int) -> str | None:
    """One factor, or one offset, between every wrong value and the right one."""
    banked, results = judged.banked, len(judged.banked.contract.results)
    lengths = np.diff(np.append(banked.starts, len(banked.values)))
    own = np.repeat(np.arange(len(lengths)) % results == result, lengths)
    error = errors(judged.actual, banked.values)
    wrong = own & np.isfinite(judged.actual) & ~np.isinf(banked.tight) & ~(error <= banked.tight) & ~banked.unstable
    roundoff = np.repeat([UNIT[np.dtype(recipe.dtype)] for recipe in banked.recipes], results)
    last = 2 * np.repeat(roundoff, lengths) * np.abs(judged.actual)  # of the last operation, on either side
    actual, right, bound = (x[wrong] for x in (judged.actual, banked.values, banked.tight + last))
    if len(actual) < FEWEST:
        return None
    with np.errstate(all="ignore"):
        best = np.argmin(np.where(right == 0, np.inf, bound / np.abs(right)))
        factor = actual[best] / right[best]
        slack = (1 + abs(factor)) * (bound + np.abs(right) * bound[best] / abs(right[best]))
        if (np.abs(actual - factor * right) <= slack).all() and number(factor, 6) != "1":
            nothing = factor == 0
            return f"every wrong value is {'0' if nothing else f'{number(factor, 6)} times what it should be'}"
        best = np.argmin(bound)
        offset = actual[best] - right[best]
        if (np.abs(actual - right - offset) <= 2 * (bound + bound[best])).all() and offset != 0:
            return f"every wrong value is what it should be plus {number(offset, 6)}"
    return None


# -- steps


def _step(judged: Judged) -> str | None:
    """For a training: how far the losses are right."""
    names = judged.banked.contract.results
    if "losses" not in names or judged.failing("shape", "error", "limit"):
        return None
    column, banked = names.index("losses"), judged.banked
    firsts = set()
    for case in judged.failing("wrong"):
        start = banked.starts[case * len(names) + column]
        part = slice(start, start + banked.shapes[case][column][0])
        off = ~(errors(judged.actual[part], banked.values[part]) <= banked.loose[part])
        firsts.add(int(np.argmax(off)) if off.any() else None)
    counted = {first for first in firsts if first is not None}
    if 0 in counted:
        return "The first loss is wrong already, before any step" if counted == {0} else None
    if counted:
        return f"losses[0] is right and losses[{min(counted)}] is the first that is not: a step before it goes wrong"
    return "All losses are right, so that only the last step, or what comes back, goes wrong" if firsts else None
