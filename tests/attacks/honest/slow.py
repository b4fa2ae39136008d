"""Slow: loops over every element, and waits a little before them."""

import math
import time

import numpy as np

time.sleep(0.2)


def relu(x):
    time.sleep(0.002)
    result = np.empty_like(x)
    for index in np.ndindex(x.shape):
        result[index] = x[index] if x[index] > 0 else 0.0
    return result


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
