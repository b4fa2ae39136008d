"""Works in lists inside and gives back arrays."""

import numpy as np


def relu(x):
    flat = [float(value) if value > 0 else 0.0 for value in x.ravel().tolist()]
    return np.array(flat, dtype=x.dtype).reshape(x.shape)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
