"""Compares both sides with the exact value: who is off, and by how much."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradecheck.numbers.compare import Comparison, Expectation, precision
from gradecheck.numbers.rounding import TINY
from gradecheck.numbers.truth import distance, enclosed, truth
from gradecheck.packs.contract import Contract
from gradecheck.verifying.records import Witness


def true_results(contract: Contract, arguments: tuple[Any, ...]) -> tuple[NDArray[Any], ...] | None:
    """The true results as arrays of arb, NaN where they are not known: by the contract's own form in any precision.

    A contract without a form has those of its twin in float64, and for arguments in float64 none.
    """
    if contract.exact is not None:
        return truth(contract, arguments)
    if precision(arguments) == np.float64:
        return None
    from gradecheck.verifying.by_twin import in_float64  # torch: only where a twin really runs

    return tuple(enclosed(value, radius) for value, radius in in_float64(contract, arguments))


def hear_witness(expectation: Expectation, comparison: Comparison) -> Witness | None:
    """How far both sides are from the truth at the worst element; None where no finite truth is known.

    In units of the last place of the truth, or of the smallest normal number if that is more.
    """
    element = comparison.worst
    assert element is not None
    if not all(np.isfinite(x).all() for x in expectation.arguments):
        return None
    i = expectation.contract.results.index(element.result)
    known = true_results(expectation.contract, expectation.arguments)
    if known is None or not (true := known[i][element.index]).is_finite():
        return None
    both = distance(np.array([element.actual, element.expected]), np.array([true, true]))
    both = np.where(np.isnan(both), np.inf, both)
    dtype = expectation.values[i].dtype
    spacing = max(float(np.spacing(dtype.type(abs(float(true.mid()))))), TINY[dtype])
    return Witness(true.str(17, radius=False), *(float(d) / spacing for d in both))
