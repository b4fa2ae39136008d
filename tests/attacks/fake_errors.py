"""Raise what a terminal or a page would obey: a type, a message, a file name of the submission's own.

Must hold: relu error; the rest passes.
"""

import numpy as np

Right = type("\x1b[32mpassed\x1b[0m", (Exception,), {"__str__": lambda self: "\x1b[2J<b>right</b>\n\n# 100%" * 1000})


def relu(x):
    exec(compile("raise Right", "<cell 99>", "exec"), {"Right": Right})


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
