"""Right ways to write dropout with a given mask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from gradecheck import Variant
from lectures.lecture03.variants.shared import Ways, through_float64


def by_index(x: Any, mask: Any, p: Any) -> Any:
    result = np.zeros_like(x)
    result[mask] = x[mask] / (1 - p)
    return result


def of_both(name: str) -> Iterator[Variant]:
    ways = Ways(name)
    yield ways.way("choice", lambda x, mask, p: np.where(mask, x / x.dtype.type(1 - p), x.dtype.type(0)), "np.where.")
    yield ways.way("factor", lambda x, mask, p: x * (1 / (1 - p)) * mask, "A factor for all, and the mask last.")
    yield ways.way("scaled-mask", lambda x, mask, p: x * (mask / (1 - p)).astype(x.dtype), "A mask of 0 and 1/(1 - p).")
    yield ways.way("by-index", by_index, "The elements that are kept, by the mask as an index.")
    yield ways.way("wide", through_float64(lambda x, mask, p: x * mask / (1 - p)), "Computed in float64.")


VARIANTS: Final = (*of_both("dropout"), *of_both("dropout_backward"))
