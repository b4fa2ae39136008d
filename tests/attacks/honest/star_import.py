"""Takes all of NumPy under its own names, and gives others to some of Python's."""

from math import *

from numpy import *

list = sum = type = len = None


def relu(x):
    return maximum(x, 0)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size


from numpy import tanh as t

tanh = lambda x: t(x)
