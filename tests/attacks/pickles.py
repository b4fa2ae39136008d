"""Return objects that run code where they are unpickled.

Must hold: relu error; the rest passes.
"""

import os

import numpy as np


class Bomb:
    def __reduce__(self):
        return os.system, ("touch gradecheck-was-here",)


def relu(x):
    return np.array([Bomb()] * x.size, dtype=object)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
