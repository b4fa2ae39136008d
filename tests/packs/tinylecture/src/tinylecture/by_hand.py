"""The lecture in NumPy."""

import numpy as np

from .windows import windows


def log_sigmoid(x):
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def log_sigmoid_backward(grad, x):
    e = np.exp(-np.abs(x))
    return grad * np.where(x >= 0, e, 1) / (1 + e)


def blend(a, b, share):
    return (1 - share) * a + share * b


@np.errstate(invalid="ignore")
def moving_average(x, width):
    return windows(x, width).sum(axis=1) / width


def moving_average_backward(grad, x, width):
    zeros = np.zeros(width - 1, grad.dtype)
    return windows(np.concatenate([zeros, grad, zeros]), width).sum(axis=1) / width
