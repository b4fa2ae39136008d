"""Sleep past the limit in every function.

Must hold: relu limit, tanh limit, mse_backward limit.
"""

import time


def relu(x):
    time.sleep(60)


tanh = relu


def mse_backward(prediction, target):
    time.sleep(60)
