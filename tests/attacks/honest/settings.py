"""Changes what is global to its process: error states, printing, recursion, seeds, the folder."""

import gc
import os
import random
import sys

import numpy as np

np.seterr(all="ignore")
np.set_printoptions(precision=1, threshold=3)
np.random.seed(1)
random.seed(1)
sys.setrecursionlimit(200)
gc.disable()
os.makedirs("results", exist_ok=True)
os.chdir("results")


def relu(x):
    return np.maximum(x, 0)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
