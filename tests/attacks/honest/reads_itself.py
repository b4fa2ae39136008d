"""Opens a data file that is not there, at the end; what stands before it is there."""

import numpy as np


def relu(x):
    return np.maximum(x, 0)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size


data = np.loadtxt("housing.csv", delimiter=",")
