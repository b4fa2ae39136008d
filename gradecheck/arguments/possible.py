"""Conditions that several arguments of a call have to meet together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from gradecheck.arguments.scope import Scope

Arguments = tuple[Any, ...]


@dataclass(frozen=True)
class Possible:
    """holds: whether these arguments are possible together.

    nearest: drawn arguments, changed so that they meet the condition, within the scope.
    simple: the same while a case is simplified.    told: a sentence for students.
    """

    holds: Callable[..., bool]
    nearest: Callable[[Arguments, Scope], Arguments]
    simple: Callable[[Arguments], Arguments]
    told: str


def _finite(p: Any, t: Any) -> bool:
    return not ((p == 0) & (t > 0)).any()


def _likelihood(arguments: Arguments, scope: Scope) -> Arguments:
    """t becomes 0 where p is 0, and its row is scaled to sum to 1 again.

    Where a row of t has become all 0, the likeliest class is the right one; if all p are 0, it gets p = 1.
    Where soft targets are asked, t stays, and p becomes 1/k there.
    """
    p: Any
    p, t = arguments
    smallest = np.finfo(p.dtype).smallest_normal
    p = np.where((p > 0) & (p < smallest), smallest, p)  # the reciprocal of a subnormal p overflows
    impossible = (p == 0) & (t > 0)
    lost = impossible.any(axis=-1, keepdims=True)
    if not lost.any():
        return p, t
    likeliest = np.arange(p.shape[-1]) == p.argmax(axis=-1, keepdims=True)
    if scope.targets == "soft":
        likely, shares = np.where(impossible, 1 / p.shape[-1], p), t
    else:
        likely = np.where((p.max(axis=-1, keepdims=True) == 0) & likeliest, 1, p)
        kept = np.where(impossible, 0.0, t)
        shares = np.where(kept.any(axis=-1, keepdims=True), kept, likeliest)
        shares = np.where(lost, shares / shares.sum(axis=-1, keepdims=True), t)
    return np.where(lost, likely, p).astype(p.dtype), shares.astype(t.dtype)


def _halves(arguments: Arguments) -> Arguments:
    p, t = arguments
    return np.where((p == 0) & (t > 0), p.dtype.type(0.5), p), t


LIKELIHOOD: Final = Possible(_finite, _likelihood, _halves, "p = 0 where t > 0 is not asked.")
"""Of probabilities p and targets t: p = 0 with t > 0 makes the loss infinite. Such cases are not marked."""
