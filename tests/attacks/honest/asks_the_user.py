"""Asks who is there, and takes no for an answer."""

import numpy as np

try:
    name = input("Your name? ")
except EOFError:
    name = "nobody"
print(f"hello, {name}")


def relu(x):
    return np.maximum(x, 0)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
