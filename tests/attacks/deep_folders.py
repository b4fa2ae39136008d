"""Leave folders that are nested too deeply for whoever clears up, that nobody may enter, and with names that are no text.

Must hold: the rest passes.
"""

import os

import numpy as np

DEEP = 1200

own = os.getcwd()
for _ in range(DEEP):
    os.mkdir("d")
    os.chdir("d")
os.chdir(own)
os.mkdir(b"\xff\n")
os.makedirs("closed/below")
os.chmod("closed/below", 0)
os.chmod("closed", 0)


def relu(x):
    return np.maximum(x, 0)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
