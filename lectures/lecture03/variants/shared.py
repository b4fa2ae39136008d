"""What right ways to write a function have in common: their rows, and formulas of less that become formulas of all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from gradecheck import Variant, Verdict

Function = Callable[..., Any]

LESS: Final = Verdict.LESS_ACCURATE
UNSTABLE: Final = Verdict.UNSTABLE


@dataclass(frozen=True)
class Ways:
    """Ways to write one function. name: the id without the function.    right, how, at_worst: as in Variant."""

    function: str

    def way(self, name: str, right: Function, how: str, at_worst: Verdict = Verdict.AGREES) -> Variant:
        return Variant(f"{self.function}/{name}", self.function, right, how, at_worst)


def numbers(x: Any, *others: Any) -> Iterator[tuple[float, ...]]:
    """The elements of x as Python numbers, each with its own of the others."""
    return zip(*(np.broadcast_to(a, x.shape).ravel().tolist() for a in (x, *others)), strict=True)


def elementwise(f: Function) -> Function:
    """f on Python numbers, called for each element in turn."""

    def loop(x: Any, *others: Any) -> Any:
        return np.array([f(*each) for each in numbers(x, *others)], x.dtype).reshape(x.shape)

    return loop


def row_by_row(f: Function) -> Function:
    """f on one row at a time."""

    def loop(x: Any, *others: Any) -> Any:
        return f(x, *others) if x.ndim == 1 else np.stack([f(*rows) for rows in zip(x, *others, strict=True)])

    return loop


def through_float64(f: Function) -> Function:
    """f computed in float64, and each result rounded to the dtype of the arguments once."""

    def wide(*arguments: Any) -> Any:
        dtype = arguments[0].dtype
        found = f(*(a.astype(np.float64) if isinstance(a, np.ndarray) else a for a in arguments))
        return tuple(x.astype(dtype) for x in found) if isinstance(found, tuple) else found.astype(dtype)

    return wide


def kahan(terms: Iterable[Any], total: Any = 0) -> Any:
    """total and the sum of the terms, with the rounding error of each addition carried along (Kahan 1965)."""
    lost = 0
    for term in terms:
        corrected = term - lost
        grown = total + corrected
        total, lost = grown, (grown - total) - corrected
    return total
