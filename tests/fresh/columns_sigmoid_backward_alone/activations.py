import numpy as np


def sigmoid(Z):
    A = np.exp(np.minimum(Z, 0)) / (1 + np.exp(-np.abs(Z)))
    cache = Z
    return A, cache


def sigmoid_backward(dA, cache):
    s, _ = sigmoid(cache)
    dZ = s * (1 - s)
    return dZ
