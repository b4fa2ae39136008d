"""Arguments as Python source: pasted, they have the same numbers, bit for bit."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray


def literal(x: Any) -> str:
    """An expression for an array or a number; it takes NumPy as np."""
    if isinstance(x, np.ndarray):
        dtype = "" if x.dtype == np.float64 else f", np.{x.dtype}"
        if not x.size:
            return f"np.zeros({x.shape}{dtype})"
        return f"np.array({listed(x)}{dtype})"
    return repr(x) if not isinstance(x, float) or isfinite(x) else f"float('{float(x)}')"


def listed(x: NDArray[Any]) -> str:
    """An expression for the nested lists of its numbers."""
    return re.sub("nan|inf", r"np.\g<0>", numbers(x))


def numbers(x: NDArray[Any], digits: int | None = None) -> str:
    """Numbers on one line; without digits as many as it takes to read them back."""
    mode: Any = {"floatmode": "unique"} if digits is None else {"precision": digits}
    with np.printoptions(threshold=x.size + 1, linewidth=10_000, **mode):
        text = " ".join(np.array2string(x, separator=", ").split())
    text = text.replace("[ ", "[").replace(".,", ".0,").replace(".]", ".0]")
    return f"{text}0" if text.endswith(".") else text
