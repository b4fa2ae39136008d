"""Right ways to write the embedding."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from lectures.lecture03.variants.shared import Ways, through_float64


def loops(W: Any, indices: Any) -> Any:
    y = np.empty((*indices.shape, W.shape[1]), W.dtype)
    for place in np.ndindex(*indices.shape):
        y[place] = W[indices[place]]
    return y


def loops_backward(grad: Any, W: Any, indices: Any) -> Any:
    dW = np.zeros_like(W)
    for place in np.ndindex(*indices.shape):
        dW[indices[place]] += grad[place]
    return dW


def one_hot_backward(grad: Any, W: Any, indices: Any) -> Any:
    """Rows of 0 and 1, transposed, times grad."""
    one_hot = (indices.reshape(-1, 1) == np.arange(len(W))).astype(W.dtype)
    return one_hot.T @ grad.reshape(-1, W.shape[1])


def row_by_row(grad: Any, W: Any, indices: Any) -> Any:
    return np.stack([grad[indices == row].sum(axis=0) for row in range(len(W))])


def counted(grad: Any, W: Any, indices: Any) -> Any:
    """np.bincount adds up in float64, column by column."""
    flat = grad.reshape(-1, W.shape[1])
    columns = [np.bincount(indices.ravel(), weights=g, minlength=len(W)) for g in flat.T]
    return np.stack(columns, axis=1).astype(W.dtype)


EMBEDDING, EMBEDDING_BACKWARD = Ways("embedding"), Ways("embedding_backward")

VARIANTS: Final = (
    EMBEDDING.way("loops", loops, "One index after the other."),
    EMBEDDING.way("take", lambda W, indices: np.take(W, indices, axis=0), "np.take along the rows."),
    EMBEDDING_BACKWARD.way("loops", loops_backward, "One index after the other."),
    EMBEDDING_BACKWARD.way("one-hot", one_hot_backward, "A product with one-hot rows."),
    EMBEDDING_BACKWARD.way("row-by-row", row_by_row, "For each row, the sum of its grads."),
    EMBEDDING_BACKWARD.way("bincount", counted, "np.bincount for each feature."),
    EMBEDDING_BACKWARD.way("wide", through_float64(row_by_row), "Computed in float64 and rounded at the end."),
)  # fmt: skip
