"""Start more processes than any machine has room for; an attempt at 500 will do to see.

Must hold: relu limit; the rest passes.
"""

import os
import time

import numpy as np

WALLED = False


def relu(x):
    assert WALLED, "not in a jail, where this would harm the machine"
    for _ in range(500):
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
    return np.maximum(x, 0)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
