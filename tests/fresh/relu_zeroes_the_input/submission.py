import numpy as np


def relu(x):
    out = x
    out[out < 0] = 0
    return out
