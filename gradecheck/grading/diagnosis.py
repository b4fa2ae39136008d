"""Naming the mistake: the catalogued one whose outputs are the submission's outputs, on every case.

Nothing is named on a guess: a mistake is named only where it explains all cases and no rival does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradecheck.compare import errors
from gradecheck.grading.judging import Judged
from gradecheck.mistakes import BY_FUNCTION
from gradecheck.mistakes.mistake import Mistake


def _explains(judged: Judged, row: int) -> bool:
    """Whether the mistake answers as the submission does on every case, within rounding."""
    banked = judged.banked
    if not np.array_equal(banked.gave[row], judged.gave):
        return False
    mistaken = banked.mistaken[row]
    same = errors(judged.actual, mistaken) <= _bound(judged, mistaken)
    return bool((same | np.isinf(banked.tight)).all())


def _bound(judged: Judged, mistaken: NDArray[Any]) -> NDArray[Any]:
    """How far rounding may take two evaluations of the same mistake: as far as the right values, grown as they have.

    Each value by its own growth; and, for what cancels, each case by the growth of its largest value.
    """
    banked = judged.banked
    tight = np.where(np.isinf(banked.tight), 0.0, banked.tight)
    wrong, right = _sizes(mistaken), _sizes(banked.values)
    with np.errstate(all="ignore"):
        growth = np.where(right > 0, wrong / right, 1.0)
        tops = [_top(judged, x) for x in (tight, wrong, right)]
        widest = np.where(tops[2] > 0, tops[0] * tops[1] / tops[2], tops[0])
    return np.where(np.isfinite(growth), tight * (1 + growth), tight) + widest


def _sizes(x: NDArray[Any]) -> NDArray[Any]:
    return np.abs(np.where(np.isfinite(x), x, 0.0))


def _top(judged: Judged, x: NDArray[Any]) -> NDArray[Any]:
    """For each element, the largest of its case."""
    top = np.zeros(len(judged.gave))
    np.maximum.at(top, judged.banked.case_of, x)
    return top[judged.banked.case_of]


def diagnose(judged: Judged) -> Mistake | None:
    """The one catalogued mistake that explains everything; None where none does, or several do."""
    if not judged.failing("unstable", "wrong", "shape", "error"):
        return None
    named = [row for row in range(len(judged.banked.mistakes)) if _explains(judged, row)]
    if len(named) != 1:
        return None
    wanted = judged.banked.mistakes[named[0]]
    return next(m for m in BY_FUNCTION[judged.banked.function] if m.id == wanted)
