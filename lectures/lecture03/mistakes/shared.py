"""Mistakes that several functions share, told alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.right import Function, Right


def grad_dropped(right: Right, wrong: Function) -> Mistake:
    return right.wrong("grad-dropped", wrong,
        "The upstream gradient is left out: this is f'(x), not ∂L/∂x = ∂L/∂f f'(x).",
        "Double grad: the answer should double.")  # fmt: skip


def rounded(right: Right) -> Mistake:
    return right.wrong("rounded", lambda *arguments: np.round(right(*arguments), 4),
        "The result is rounded to a few decimals, as for printing.",
        "Compare the last digits; round where a number is shown, not where it is computed.")  # fmt: skip


def squeezed(right: Right, shape: str) -> Mistake:
    return right.wrong("squeezed", lambda *arguments: right(*arguments).squeeze(),
        "Axes of length 1 are squeezed away; the result has the shape of x.",
        f"Try x of shape {shape} and look at the shape that comes back.", costs="edges")  # fmt: skip


def single_row_divided(right: Right, wrong: Function, x: str) -> Mistake:
    return right.wrong("single-row-divided", wrong,
        f"len({x}) is k for a single row of shape (k,), which counts as n = 1.",
        "Try the same row with shapes (3,) and (1, 3): the answers should be equal.", costs="edges")  # fmt: skip


def winner(t: Any) -> Any:
    """1 at the largest target of each row, and 0 elsewhere."""
    return np.eye(t.shape[-1], dtype=t.dtype)[t.argmax(axis=-1)]


def winner_only(right: Right) -> Mistake:
    return right.given("winner-only", lambda x, t: (x, winner(t)),
        "Only one-hot targets are understood: the class with the largest target counts as 1, and soft targets lose "
        "their shares.",
        "Try t = [0.4, 0.6].")  # fmt: skip
