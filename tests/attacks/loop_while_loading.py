"""Never end being loaded: what was defined before is asked all the same.

Must hold: the rest passes.
"""

import numpy as np


def relu(x):
    return np.maximum(x, 0)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size


while True:
    pass
