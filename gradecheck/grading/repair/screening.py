"""The few failing cases that every edit meets first."""

from __future__ import annotations

from math import prod
from typing import Final

import numpy as np

from gradecheck.grading.bank.store import BankedQuestion
from gradecheck.grading.judging.credit import charges
from gradecheck.grading.judging.judged import UNSTABLE, Judged

SCREENED: Final = 3


def screen(judged: Judged) -> BankedQuestion:
    """A few failing cases: of the first check that fails, then of others, and of middle size, which tells most."""
    failing = np.flatnonzero((judged.levels >= UNSTABLE).any(axis=1))
    if not failing.size:
        return judged.banked.only(sorted({case for case, _ in judged.findings})[:SCREENED])
    costs = charges(judged).min(axis=1)
    sizes = [sum(map(prod, shapes)) for shapes in judged.banked.shapes]
    found: list[int] = []
    for check in sorted({int(costs[case]) for case in failing}):
        of_check = sorted((int(case) for case in failing if costs[case] == check), key=lambda case: (sizes[case], case))
        found += [of_check[len(of_check) // 2], of_check[len(of_check) // 4], of_check[-1]]
    kept = list(dict.fromkeys(found))
    return judged.banked.only(kept[:SCREENED])
