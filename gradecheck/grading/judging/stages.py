"""The order in which wrong answers are explained: ordinary inputs, then edges, then odd magnitudes."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.bank.store import BankedQuestion

KINKS: Final = ("ties", "zeros")
EVERYDAY: Final = ("moderate", "close", *KINKS)


def stages(banked: BankedQuestion) -> NDArray[np.int64]:
    """The stage of each case: 0 for everyday numbers in arrays whose axes are longer than 1, 1 for everyday numbers at
    an edge (a length of 1, an absent axis, a kink), 2 for all others.
    """
    thin = np.array([any(not shape or 1 in shape for _, shape in r.sizes) for r in banked.recipes])
    odd = np.array([r.regime not in EVERYDAY for r in banked.recipes])
    kinks = np.array([r.regime in KINKS for r in banked.recipes])
    return np.where(odd, 2, np.where(thin | kinks, 1, 0))
