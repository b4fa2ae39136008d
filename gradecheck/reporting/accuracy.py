"""How far both sides are from the exact value, regime by regime, over every number of many cases."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.arguments.regimes import REGIMES, regimes_of
from gradecheck.arguments.scope import SUBMISSION, Scope
from gradecheck.cases.case import Case
from gradecheck.grading.bank.questions import draw
from gradecheck.numbers.compare import as_results
from gradecheck.numbers.rounding import TINY
from gradecheck.numbers.truth import distance, to_floats
from gradecheck.packs.contract import Contract
from gradecheck.reporting.records import Distance
from gradecheck.verifying.implementation import Implementation
from gradecheck.verifying.witness import true_results

CASES: Final = 40
MOST_NUMBERS: Final = 60
"""The most numbers of a case: in arbitrary precision, larger ones take more time than they are worth."""


def accuracy(
    contract: Contract, implementation: Implementation, dtype: str, seed: int = 0, scope: Scope = SUBMISSION
) -> tuple[Distance, ...]:
    """The worst distance from the truth in ulp, one record for each regime.

    () where the function is missing, or where nothing more exact is known than its twin.
    """
    from gradecheck.verifying.tensors import run_reference

    function = implementation.function(contract)
    scope = replace(scope, everything=False)  # infinity has no distance
    if function is None or not regimes_of(contract, scope):
        return ()
    worst: dict[str, tuple[float, float, int]] = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for case in draw(contract, dtype, CASES, seed, scope):
            if case.recipe is None or _numbers(case) > MOST_NUMBERS:
                continue
            true = true_results(contract, case.arguments)
            if true is None:
                return ()
            shapes = [exact.shape for exact in true]
            ours, _ = as_results(function(*case.arguments), contract, np.dtype(dtype), shapes)
            sides = [_worst_ulp(side, true, dtype) for side in (ours, run_reference(contract, case.arguments))]
            before = worst.get(case.recipe.regime, (0.0, 0.0, 0))
            worst[case.recipe.regime] = (max(before[0], sides[0]), max(before[1], sides[1]), before[2] + 1)
    return tuple(Distance(regime, *worst[regime]) for regime in REGIMES if regime in worst)


def _numbers(case: Case) -> int:
    return sum(np.size(x) for x in case.arguments)


def _worst_ulp(values: tuple[NDArray[Any], ...], true: tuple[NDArray[Any], ...], dtype: str) -> float:
    """The largest distance of a finite value from its truth, in ulp of the truth, or of the smallest normal number."""
    most = 0.0
    for value, exact in zip(values, true, strict=True):
        off = distance(value, exact)
        rounded = np.abs(to_floats(exact)).astype(dtype)
        ulp = np.maximum(np.spacing(rounded).astype(np.float64), TINY[np.dtype(dtype)])
        most = max(most, float(np.nanmax(off / ulp, initial=0.0)))
    return most
