"""Mistakes in the embedding."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right


@Right
def embedding(W: Any, indices: Any) -> Any:
    return W[indices]


def one_hot(W: Any, indices: Any) -> Any:
    """(all indices, rows): 1 at the row of each index."""
    return np.eye(len(W), dtype=W.dtype)[indices.ravel()]


@Right
def embedding_backward(grad: Any, W: Any, indices: Any) -> Any:
    return one_hot(W, indices).T @ grad.reshape(-1, W.shape[1])


def last_of_several(grad: Any, W: Any, indices: Any) -> Any:
    dW = np.zeros_like(W)
    for row, g in zip(indices.ravel(), grad.reshape(-1, W.shape[1]), strict=True):
        dW[row] = g
    return dW


def first_of_several(grad: Any, W: Any, indices: Any) -> Any:
    return last_of_several(grad[::-1, ::-1], W, indices[::-1, ::-1])


def counts(W: Any, indices: Any) -> Any:
    """How often each row is asked for, and 1 for a row that never is."""
    return np.maximum(one_hot(W, indices).sum(axis=0), 1)[:, None]


def rows_in_order(grad: Any, W: Any, indices: Any) -> Any:
    """Only the rows that are asked for, each once."""
    return embedding_backward(grad, W, indices)[np.unique(indices)]


MISTAKES: Final = (
    embedding.given("counted-from-1", lambda W, indices: (W, indices - 1),
        "The indices are counted from 1; row 0 is the first.",
        "Try the index 0: NumPy takes -1 for the last row."),
    embedding.given("next-row", lambda W, indices: (np.roll(W, -1, axis=0), indices),
        "The row behind each index is taken.",
        "Try the index 0: y should be W[0]."),
    embedding.wrong("columns", lambda W, indices: W.T[indices % W.shape[1]],
        "Columns of W are taken; an index names a row.",
        "Compare the shape of y with (n, time, d)."),
    embedding.wrong("flattened", lambda W, indices: W[indices.ravel()],
        "The indices are laid flat, and y has shape (n time, d); it should be (n, time, d).",
        "Print y.shape for two rows of three indices."),
    embedding.wrong("summed", lambda W, indices: W[indices].sum(axis=1),
        "The rows of each sequence are added up, as in a bag of words; y has a row for each index.",
        "Compare the shape of y with (n, time, d)."),
    embedding.wrong("time-first", lambda W, indices: W[indices].transpose(1, 0, 2),
        "The axes n and time are swapped: y should be (n, time, d), as indices is (n, time).",
        "Try one sequence of three indices."),
    embedding.wrong("features-first", lambda W, indices: np.moveaxis(W[indices], -1, 1),
        "The features stand before time; y should be (n, time, d).",
        "Print y.shape for n = 2, time = 3 and d = 4."),
    embedding.wrong("one-hot", lambda W, indices: np.eye(len(W), dtype=W.dtype)[indices],
        "These are the one-hot rows themselves; their product with W is left out.",
        "Compare the shape of y with (n, time, d)."),
    embedding.wrong("first-sequence-only", lambda W, indices: W[np.broadcast_to(indices[:1], indices.shape)],
        "Every sequence gets the rows of the first one.",
        "Try two sequences with different indices."),
    embedding_backward.wrong("last-of-several", last_of_several,
        "An index that is repeated keeps only its last grad, as with dW[indices] = grad or dW[indices] += grad, which "
        "adds once; all of them add up.",
        "Try indices [[0, 0]] with grad of ones: dW[0] should be 2, as np.add.at makes it."),
    embedding_backward.wrong("first-of-several", first_of_several,
        "An index that is repeated keeps only its first grad; all of them add up.",
        "Try indices [[0, 0]] with grad of ones: dW[0] should be 2."),
    embedding_backward.wrong("averaged",
        lambda grad, W, indices: embedding_backward(grad, W, indices) / counts(W, indices),
        "The grads of an index that is repeated are averaged; they add up.",
        "Try indices [[0, 0]] with grad of ones: dW[0] should be 2."),
    embedding_backward.wrong("divided-by-n",
        lambda grad, W, indices: embedding_backward(grad, W, indices) / len(indices),
        "dW is divided by the number of sequences; the formula sums over them.",
        "Compare dW for one sequence and for the same sequence twice.", sign="divided by n"),
    embedding_backward.given("counted-from-1", lambda grad, W, indices: (grad, W, (indices - 1) % len(W)),
        "The indices are counted from 1; row 0 is the first.",
        "Try the index 0: dW[0] should not be 0."),
    embedding_backward.wrong("rows-asked-only", rows_in_order,
        "Only the rows that are asked for come back; dW has W's shape, and 0 in all other rows.",
        "Compare the shapes of dW and W."),
    embedding_backward.wrong("gradient-looked-up", lambda grad, W, indices: embedding_backward(W[indices], W, indices),
        "The rows of W are put back in place of grad.",
        "Double grad: the answer should double."),
    embedding_backward.wrong("grad-dropped",
        lambda grad, W, indices: embedding_backward(np.ones_like(grad), W, indices),
        "The upstream gradient is left out, as if it were 1 everywhere: each row counts how often it is asked for.",
        "Double grad: the answer should double."),
    embedding_backward.wrong("added-to-weights", lambda grad, W, indices: W + embedding_backward(grad, W, indices),
        "The gradient is added to W itself; ∂L/∂W begins at 0.",
        "Try grad of zeros: dW should be 0."),
)  # fmt: skip
