"""Plots at the end, which fails here, after everything was defined."""

import numpy as np


def relu(x):
    return np.maximum(x, 0)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size


import matplotlib.pyplot as plt

plt.plot(tanh(np.linspace(-3, 3)))
