"""Load slowly and die on every edge, so that the file is loaded again and again.

Must hold: relu error; the rest passes.
"""

import os
import time

import numpy as np

time.sleep(0.3)


def relu(x):
    if x.size < 4 or not np.all(np.abs(x) < 1e3):
        os._exit(0)
    return np.zeros_like(x)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
