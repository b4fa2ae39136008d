"""A model answer: dropout with a given mask."""

from typing import Any

import numpy as np


def dropout(x: Any, mask: Any, p: Any) -> Any:
    return np.where(mask, x, 0) / (1 - p)


def dropout_backward(grad: Any, mask: Any, p: Any) -> Any:
    return np.where(mask, grad, 0) / (1 - p)
