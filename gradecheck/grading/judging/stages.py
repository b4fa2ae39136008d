"""Ordinary inputs first, then edges, then odd magnitudes: the order in which wrong answers are explained."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.bank.store import BankedQuestion

KINKS: Final = ("ties", "zeros")
EVERYDAY: Final = ("moderate", "close", *KINKS)


def stages(banked: BankedQuestion) -> NDArray[np.int64]:
    """A stage a case: 0 for everyday numbers in arrays with more than one of everything, 1 for everyday numbers at an
    edge (a length of 1, an absent axis, a kink), 2 for all others.
    """
    thin = np.array([any(not shape or 1 in shape for _, shape in r.sizes) for r in banked.recipes])
    odd = np.array([r.regime not in EVERYDAY for r in banked.recipes])
    kinks = np.array([r.regime in KINKS for r in banked.recipes])
    return np.where(odd, 2, np.where(thin | kinks, 1, 0))
