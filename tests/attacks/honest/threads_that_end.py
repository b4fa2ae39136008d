"""Computes in threads and in a process of its own, and waits for them."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np

subprocess.run([sys.executable, "-c", "print('from a process of its own')"], check=True)


def relu(x):
    with ThreadPoolExecutor(2) as pool:
        return next(pool.map(lambda part: np.maximum(part, 0), [x]))


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
