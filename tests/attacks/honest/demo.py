"""Trains a little network at the top level, and shows how it went."""

import numpy as np

rng = np.random.default_rng(0)


def relu(x):
    return np.maximum(x, 0)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size


A, T = rng.normal(size=(32, 3)), rng.normal(size=(32, 1))
W = np.zeros((1, 3))
for step in range(300):
    Z = tanh(A @ W.T)
    W -= 0.1 * (mse_backward(Z, T) * (1 - Z**2)).T @ A
    if step % 100 == 0:
        print(step, ((Z - T) ** 2).mean())
assert relu(W).min() >= 0
