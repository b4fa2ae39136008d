import numpy as np


def mse(prediction, target):
    return np.mean((prediction - target) ** 2)


def mse_backward(prediction, target):
    return np.mean(2 * (prediction - target))
