"""Never end.

Must hold: relu limit; the rest passes.
"""

import numpy as np


def relu(x):
    while True:
        pass


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
