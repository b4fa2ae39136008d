"""Replaces and closes its own output."""

import io
import sys

import numpy as np

sys.stdout = io.StringIO()
sys.stderr.close()


def relu(x):
    return np.maximum(x, 0)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
