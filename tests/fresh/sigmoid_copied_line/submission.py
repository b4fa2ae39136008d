import numpy as np


def sigmoid(x):
    # two branches, so that exp never blows up
    out = np.empty_like(x)
    pos = x >= 0
    neg = ~pos
    out[pos] = 1 / (1 + np.exp(-x[pos]))
    e = np.exp(-x[neg])
    out[neg] = e / (1 + e)
    return out
