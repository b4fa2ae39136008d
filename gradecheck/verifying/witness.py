"""Compares both sides with the exact value: who is off, and by how much."""

from __future__ import annotations

import numpy as np

from gradecheck.numbers.compare import Comparison, Expectation
from gradecheck.numbers.rounding import TINY
from gradecheck.numbers.truth import distance, truth
from gradecheck.verifying.records import Witness


def hear_witness(expectation: Expectation, comparison: Comparison) -> Witness | None:
    """How far both sides are from the truth at the worst element; None where there is no finite truth.

    In units of the last place of the truth, or of the smallest normal number if that is more.
    """
    element = comparison.worst
    assert element is not None
    if not all(np.isfinite(x).all() for x in expectation.arguments):
        return None
    i = expectation.contract.results.index(element.result)
    true = truth(expectation.contract, expectation.arguments)[i][element.index]
    if not true.is_finite():
        return None
    both = distance(np.array([element.actual, element.expected]), np.array([true, true]))
    both = np.where(np.isnan(both), np.inf, both)
    dtype = expectation.values[i].dtype
    spacing = max(float(np.spacing(dtype.type(abs(float(true.mid()))))), TINY[dtype])
    return Witness(true.str(17, radius=False), *(float(d) / spacing for d in both))
