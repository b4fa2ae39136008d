"""Plots where it can; here it cannot."""

import numpy as np

try:
    import matplotlib.pyplot as plt
except ImportError:
    plt = None


def relu(x):
    return np.maximum(x, 0)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size


if plt is not None:
    plt.plot(tanh(np.linspace(-3, 3)))
    plt.savefig("tanh.png")
