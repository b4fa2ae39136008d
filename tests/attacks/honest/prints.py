"""Prints what it does, on stdout and on stderr, in any script."""

import logging
import sys

import numpy as np

logging.basicConfig(level=logging.DEBUG)
print("relu", "σ", "∂L/∂b", "\N{GRINNING FACE}", "\ud800")


def relu(x):
    print("x =", x)
    print(x.shape, file=sys.stderr)
    logging.info("relu of %s", x)
    return np.maximum(x, 0)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
