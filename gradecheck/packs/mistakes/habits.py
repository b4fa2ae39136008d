"""Bad habits, put around a right function: it costs hygiene, or its gradient grows from call to call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Function = Callable[..., Any]


def accumulating(right: Function) -> Function:
    """Right on the first call; called again with the same arguments it adds its answer to the first.

    The third call starts anew, so that the catalogue gives the same answers however often it is asked.
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
