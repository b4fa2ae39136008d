"""Embedding: a row of a table for each index, with its gradient under it.

W: (rows, d), float32 or float64, and so are the results. indices: whole numbers from 0 to rows - 1, an integer array of
any shape; -1 is no index here, though NumPy would take the last row. TypeError for arrays of another type or of two
dtypes, ValueError where the shapes do not fit and for an index out of range.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from manual.arguments import Array, floats, wrong_shape

Indices = NDArray[np.integer[Any]]


def embedding(W: Array, indices: Indices) -> Array:
    """y_i = W_(indices_i), of shape (*indices.shape, d). Source: torch.nn.Embedding."""
    floats("embedding", W=W)
    _rows("embedding", W, indices)
    return W[indices]


def embedding_backward(grad: Array, W: Array, indices: Indices) -> Array:
    """∂L/∂W_r = Σ grad_i, over all i with indices_i = r: an index that is repeated adds up, and other rows get 0.

    grad: of the result's shape. ∂L/∂W has W's shape.
    """
    floats("embedding_backward", W=W, grad=grad)
    _rows("embedding_backward", W, indices)
    expected = (*indices.shape, W.shape[1])
    if grad.shape != expected:
        wrong_shape("embedding_backward", "grad", grad, f"{expected}, the shape of the result")
    dW = np.zeros_like(W)
    np.add.at(dW, indices, grad)  # dW[indices] += grad would keep one of several
    return dW


def _rows(function: str, W: Array, indices: Any) -> None:
    """Raise TypeError or ValueError unless the indices name rows of W."""
    if W.ndim != 2:
        wrong_shape(function, "W", W, "(rows, d)")
    if not isinstance(indices, np.ndarray) or indices.dtype.kind not in "iu":
        was = f"{indices.dtype} numbers" if isinstance(indices, np.ndarray) else type(indices).__name__
        raise TypeError(f"{function}: indices is {was}, but should be an array of whole numbers, such as np.int64")
    outside = indices[(indices < 0) | (indices >= len(W))]
    if outside.size:
        raise ValueError(
            f"{function}: indices has the value {outside.flat[0]}, but should hold whole numbers from 0 to "
            f"{len(W) - 1}, as W has {len(W)} rows"
        )
