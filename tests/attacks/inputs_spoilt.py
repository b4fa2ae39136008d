"""Overwrite the input, so that what is computed from it later agrees.

Must hold: relu wrong; the rest passes.
"""

import numpy as np


def relu(x):
    x.flags.writeable = True
    x[...] = 0
    return x


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
