"""NumPy and Python warn at every call, and a deprecation shows at the top."""

import warnings

import numpy as np

warnings.warn("this file is old", DeprecationWarning, stacklevel=1)


def relu(x):
    np.log(np.zeros(1)) * 0
    np.float64(1e308) * 10
    warnings.warn("relu was called", stacklevel=2)
    return np.maximum(x, 0)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
