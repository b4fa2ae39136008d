"""Take the interpreter down: by an abort, and by memory that is not there.

Must hold: relu error, tanh error; the rest passes.
"""

import ctypes
import os

import numpy as np


def relu(x):
    ctypes.string_at(0)


def tanh(x):
    os.abort()


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
