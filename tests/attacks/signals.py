"""Kill who asks: the parent, the process group, and everyone.

Must hold: relu error; the rest passes.
"""

import os
import signal

import numpy as np

WALLED = False


def relu(x):
    assert WALLED, "not in a jail, where this would harm the machine"
    for target in (os.getppid(), -1):
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.kill(target, number)
            except OSError:
                continue
    os.killpg(0, signal.SIGKILL)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
