"""Habits: what makes a function with right values cost hygiene, or its gradient grow from call to call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Function = Callable[..., Any]


def accumulating(right: Function) -> Function:
    """Right on the first call; called again with the same arguments it adds its answer to the first.

    It then starts anew, so that the catalogue answers alike however often it is asked.
    """
    kept: dict[bytes, Any] = {}

    def wrong(*arguments: Any) -> Any:
        key = b"|".join(np.asarray(x).tobytes() for x in arguments)
        now = right(*arguments)
        if key in kept:
            return now + kept.pop(key)
        kept.clear()
        kept[key] = now
        return now

    return wrong


def as_list(right: Function) -> Function:
    """The right numbers as a Python list."""
    return lambda *arguments: np.asarray(right(*arguments)).tolist()
