"""How two trained networks read the held-out digits."""

from __future__ import annotations

from typing import Final

import numpy as np

from lectures.training.digits import CLASSES, Digits, accuracy
from lectures.training.records import Array, Misread, Reading

MOST_MISREAD: Final = 8
SIDE: Final = 8


def reading(ours: Array, theirs: Array, data: Digits) -> Reading:
    """ours, theirs: what each network makes of the held-out rows, a column a class."""
    labels = data.held_out_labels
    mine, other = ours.argmax(axis=1), theirs.argmax(axis=1)
    misread = tuple(
        Misread(
            tuple(tuple(row) for row in data.held_out_rows[i].reshape(SIDE, SIDE).astype(np.float64).tolist()),
            int(labels[i]),
            int(mine[i]),
            int(other[i]),
        )
        for i in np.flatnonzero(mine != labels)[:MOST_MISREAD]
    )
    differ = int((mine != other).sum())
    return Reading(_confusion(labels, mine), misread, differ, accuracy(ours, labels), accuracy(theirs, labels))


def _confusion(labels: Array, read: Array) -> tuple[tuple[int, ...], ...]:
    counts = np.zeros((CLASSES, CLASSES), int)
    np.add.at(counts, (labels, read), 1)
    return tuple(tuple(row) for row in counts.tolist())
