"""Recurse without end: as Python allows, and past the end of the stack.

Must hold: relu error, tanh error; the rest passes.
"""

import sys

import numpy as np


def relu(x):
    return relu(x)


def tanh(x):
    sys.setrecursionlimit(10**9)
    return sorted([x], key=lambda x: tanh(x))


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
