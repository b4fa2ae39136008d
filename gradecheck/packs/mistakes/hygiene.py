"""Mistakes of hygiene: right values with a bad habit.

Marking sees the habit and not its cause, so no cause is named.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradecheck.packs.mistakes.mistake import Mistake

Function = Callable[..., Any]


def float32_lost(function: str, wrong: Function, results: str = "") -> Mistake:
    """float64 results for float32 arguments. results: which of several, in words."""
    return Mistake(
        f"{function}/{results.split()[0] + '-' if results else ''}float32-lost",
        function,
        wrong,
        f"For float32 arguments {results} come back as float64." if results else "float32 comes back as float64.",
        "Print the dtype after every step for float32 arguments: np.zeros(shape) without a dtype, np.float64 numbers, "
        "np.prod, np.where of two Python numbers and astype(float) are the usual causes.",
        costs="hygiene",
    )


def written_to(id: str, wrong: Function, *names: str) -> Mistake:
    """Arguments that the function changes."""
    several = len(names) > 1
    themselves, arrays = ("themselves are", "arrays have") if several else ("itself is", "array has")
    return Mistake(
        id,
        id.partition("/")[0],
        wrong,
        f"{' and '.join(names)} {themselves} written to, so the caller's {arrays} changed afterwards.",
        f"Print {' and '.join(names)} before and after the call: {names[0]} -= y, {names[0]}[...] = y and "
        f"out={names[0]} write into the array that they are given.",
        costs="hygiene",
    )


def state_kept(function: str, wrong: Function) -> Mistake:
    """Another answer to the same call, the second time."""
    return Mistake(
        f"{function}/state-kept",
        function,
        wrong,
        "The same call gives another answer later on: something survives from one call to the next.",
        "Call it twice with the same arguments; look for names and arrays that are kept outside of the function, and "
        "for a default argument that is changed.",
        costs="hygiene",
    )
