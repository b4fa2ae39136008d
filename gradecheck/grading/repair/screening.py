"""The few failing cases that every edit meets first."""

from __future__ import annotations

from itertools import groupby
from math import prod
from typing import Final

import numpy as np

from gradecheck.grading.bank.store import BankedQuestion
from gradecheck.grading.judging.credit import charges
from gradecheck.grading.judging.judged import UNSTABLE, Judged

SCREENED: Final = 3


def screen(judged: Judged) -> BankedQuestion:
    """A few failing cases of middle size, which tells most: of the first check that fails, and one of the next."""
    failing = np.flatnonzero((judged.levels >= UNSTABLE).any(axis=1))
    if not failing.size:
        return judged.banked.only(sorted({case for case, _ in judged.findings})[:SCREENED])
    costs = charges(judged).min(axis=1)
    sizes = [sum(map(prod, shapes)) for shapes in judged.banked.shapes]
    in_order = sorted(map(int, failing), key=lambda case: (costs[case], sizes[case], case))
    first, *others = ([*own] for _, own in groupby(in_order, lambda case: costs[case]))
    found = [first[len(first) // 2], first[len(first) // 4], *(own[len(own) // 2] for own in others[:1]), first[-1]]
    return judged.banked.only(list(dict.fromkeys(found))[:SCREENED])
