"""A model answer: the activation functions beyond the lecture."""

import math
from typing import Any

import numpy as np


def sigmoid(x: Any) -> Any:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def silu(x: Any) -> Any:
    return x * sigmoid(x)


def silu_backward(grad: Any, x: Any) -> Any:
    return grad * sigmoid(x) * (1 + x * sigmoid(-x))


def normal(x: Any) -> Any:
    return np.vectorize(math.erfc, otypes=[x.dtype])(-x / math.sqrt(2)) / 2


def gelu(x: Any) -> Any:
    return x * normal(x)


def gelu_backward(grad: Any, x: Any) -> Any:
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    return grad * (normal(x) + x * density)


def gelu_tanh(x: Any) -> Any:
    u = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
    return x / 2 * (1 + np.tanh(u))


def gelu_tanh_backward(grad: Any, x: Any) -> Any:
    t = np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))
    slope = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x**2)
    return grad * ((1 + t) / 2 + x / 2 * (1 - t**2) * slope)


def softplus(x: Any) -> Any:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def softplus_backward(grad: Any, x: Any) -> Any:
    return grad * sigmoid(x)


def elu(x: Any, alpha: float = 1.0) -> Any:
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def elu_backward(grad: Any, x: Any, alpha: float = 1.0) -> Any:
    return np.where(x > 0, grad, grad * alpha * np.exp(np.minimum(x, 0)))
