"""Have the marker stand in for a broken function, with numbers that keep it busy or fill its memory.

Must hold: relu wrong, mse_backward wrong; the rest passes.
"""

import numpy as np


def mse_backward(prediction, target):
    return np.zeros_like(prediction)


def relu(x):
    column = np.ones((20_000, 1))
    return mse_backward(column, column.T)[: len(x)]


def tanh(x):
    return np.tanh(x)
