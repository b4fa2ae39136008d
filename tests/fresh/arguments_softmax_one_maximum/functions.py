import numpy as np


def softmax(x, out):
    m = np.max(x)  # for stability
    out[:] = np.exp(x - m)
    out /= np.sum(out, axis=1).reshape(-1, 1)
