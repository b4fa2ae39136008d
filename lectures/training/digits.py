"""Real input: the 1797 handwritten 8x8 digits that scikit-learn brings along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

HELD_OUT: Final = 360
CLASSES: Final = 10
BATCH: Final = 32


@dataclass(frozen=True)
class Digits:
    """Rows of 64 grey values in [0, 1] with one-hot targets; the held-out rows are never trained on."""

    A: Array
    T: Array
    held_out_rows: Array
    held_out_labels: Array


def load(dtype: str, seed: int = 0) -> Digits:
    """The digits, split by the seed.

    Raises ModuleNotFoundError without scikit-learn, saying how to get it.
    """
    try:
        from sklearn.datasets import load_digits
    except ModuleNotFoundError as error:
        msg = "digits: scikit-learn is not installed, but brings the data; pip install 'gradecheck[data]'"
        raise ModuleNotFoundError(msg) from error
    data = load_digits()
    order = np.random.default_rng(seed).permutation(len(data.data))
    A = (data.data[order] / 16).astype(dtype)
    labels = data.target[order]
    T = np.eye(CLASSES, dtype=dtype)[labels]
    return Digits(A[HELD_OUT:], T[HELD_OUT:], A[:HELD_OUT], labels[:HELD_OUT])


def epochs(digits: Digits, count: int, seed: int = 0) -> list[tuple[Array, Array]]:
    """Batches of 32 rows, in a new order each epoch."""
    rng = np.random.default_rng(seed)
    batches = []
    for _ in range(count):
        order = rng.permutation(len(digits.A))
        batches += [(digits.A[rows], digits.T[rows]) for rows in np.array_split(order, range(BATCH, len(order), BATCH))]
    return batches


def accuracy(outputs: Array, labels: Array) -> float:
    """Share of rows whose largest output is the right class."""
    return float((outputs.argmax(axis=1) == labels).mean())
