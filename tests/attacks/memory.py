"""Take all memory, at once and bit by bit.

Must hold: relu limit, tanh limit; the rest passes.
"""

import numpy as np

kept = []


def relu(x):
    return np.ones(1 << 40)


def tanh(x):
    while True:
        kept.append(np.ones(1 << 22))


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
