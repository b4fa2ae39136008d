"""Fill the disk with files that are each small enough.

Must hold: relu limit; the rest passes.
"""

import os

import numpy as np

WALLED = False


def relu(x):
    assert WALLED, "not in a jail, where this would harm the machine"
    for i in range(10_000):
        with open(f"file{i}", "wb") as file:
            file.write(bytes(1 << 20))
    return np.maximum(x, 0)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
