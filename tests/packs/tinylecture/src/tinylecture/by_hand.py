"""The lecture in NumPy."""

import numpy as np

from .windows import windows


@np.errstate(invalid="ignore")
def softsign(x):
    return x / (1 + np.abs(x))


@np.errstate(invalid="ignore")
def softsign_backward(grad, x):
    return grad / (1 + np.abs(x)) ** 2


def blend(a, b, share):
    return (1 - share) * a + share * b


@np.errstate(invalid="ignore")
def moving_average(x, width):
    return windows(x, width).sum(axis=1) / width


def moving_average_backward(grad, x, width):
    zeros = np.zeros(width - 1, grad.dtype)
    return windows(np.concatenate([zeros, grad, zeros]), width).sum(axis=1) / width
