"""Answer with more than may be sent, and with numbers that have no end.

Must hold: relu limit; the rest passes.
"""

import numpy as np


def relu(x):
    return np.zeros(1 << 24)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
