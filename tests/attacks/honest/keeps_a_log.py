"""Writes a log and a file of weights beside itself, and reads them again."""

import numpy as np

np.save("weights.npy", np.arange(3.0))
assert np.load("weights.npy").sum() == 3


def relu(x):
    with open("log.txt", "a") as log:
        log.write(f"relu of {x.size}\n")
    return np.maximum(x, 0)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
