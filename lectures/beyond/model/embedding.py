"""A model answer: embedding."""

from typing import Any

import numpy as np


def embedding(W: Any, indices: Any) -> Any:
    return W[indices]


def embedding_backward(grad: Any, W: Any, indices: Any) -> Any:
    dW = np.zeros_like(W)
    for row, g in zip(indices.reshape(-1), grad.reshape(-1, W.shape[1]), strict=True):
        dW[row] += g
    return dW
