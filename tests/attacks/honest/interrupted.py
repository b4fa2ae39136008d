"""Catches whatever is raised, and has finalizers that raise."""

import numpy as np


class Loud:
    def __del__(self):
        raise RuntimeError("gone")


def relu(x):
    Loud()
    try:
        return np.maximum(x, 0)
    except BaseException:
        return None


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
