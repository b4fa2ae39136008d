"""The bound of a row's stable form beside that of its twin's own trace: `python -m tests.by_twin` prints a table.

A ratio is the twin's bound over the form's, of each number that both judge and that underflow does not decide.
"""

import sys
import time
import warnings
from dataclasses import dataclass, replace

import numpy as np

from gradecheck.arguments.scope import DTYPES, EVERYTHING, SUBMISSION
from gradecheck.cases.inputs import sample
from gradecheck.numbers.compare import precision
from gradecheck.numbers.rounding import TINY
from gradecheck.packs import registry
from gradecheck.verifying.by_twin import Traced
from gradecheck.verifying.check import expect
from gradecheck.verifying.tensors import run_reference
from reports.tables import Table

CASES = 40
UNDERFLOW = 100
"""Smallest normal numbers: a bound of fewer says how often something may underflow, and no more."""


@dataclass(frozen=True)
class Beside:
    """ratios: twin / form.  seconds: of the form and of the twin, a case.  left: of the numbers, those that one alone
    judges: the form, and the twin.
    """

    ratios: np.ndarray
    seconds: tuple[float, float]
    left: tuple[int, int]


def beside(contract, scope, dtype, count=CASES):
    """The bounds of both over the cases of one scope in one precision."""
    ratios, spent, left = [np.zeros(0)], [0.0, 0.0], [0, 0]
    for case in sample(contract, dtype, count, 0, scope):
        by_form = expect(contract, case, run_reference)
        by_twin = replace(by_form, contract=replace(contract, stable=None), traced=Traced(contract, case.arguments))
        for i, e in enumerate((by_form, by_twin)):
            begun = time.perf_counter()
            _ = e.tight
            spent[i] += time.perf_counter() - begun
        least = UNDERFLOW * TINY[precision(case.arguments)]
        for form, twin in zip(by_form.tight, by_twin.tight, strict=True):
            both = np.isfinite(form) & np.isfinite(twin)
            left[0] += int((np.isfinite(form) & ~np.isfinite(twin)).sum())
            left[1] += int((np.isfinite(twin) & ~np.isfinite(form)).sum())
            told = both & (np.maximum(form, twin) > least)
            with np.errstate(divide="ignore"):
                ratios.append(twin[told] / form[told])
    return Beside(np.concatenate(ratios), (spent[0] / count, spent[1] / count), (left[0], left[1]))


def table(packs, count=CASES):
    """A row for each formula that has a stable form, over both scopes and both precisions."""
    rows = []
    for contract in (c for pack in packs for c in pack.contracts.values() if c.stable is not None):
        found = [beside(contract, scope, dtype, count) for scope in (EVERYTHING, SUBMISSION) for dtype in DTYPES]
        ratios = np.concatenate([each.ratios for each in found])
        told = [f"{q:.3g}" for q in np.quantile(ratios, (0, 0.5, 1))] if ratios.size else ["-"] * 3
        left = [str(sum(each.left[i] for each in found)) for i in range(2)]
        spent = [f"{1000 * sum(each.seconds[i] for each in found) / len(found):.2f}" for i in range(2)]
        rows.append((contract.name, *told, *left, *spent))
    heads = ("row", "least", "median", "most", "form alone", "twin alone", "form, ms", "twin, ms")
    return Table(heads, rows)


if __name__ == "__main__":
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        print(table([registry.find(name) for name in sys.argv[1:] or ["lecture03"]]).markdown())
