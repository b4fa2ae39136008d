import numpy as np
from math import log


def cross_entropy(p, t):
    if p.ndim == 1:
        p, t = p.reshape(1, -1), t.reshape(1, -1)
    n, k = p.shape
    loss = 0
    for i in range(0, n - 1):  # i = 0 ... n-1
        for j in range(0, k - 1):
            if t[i, j] != 0:
                loss = loss - t[i, j] * log(p[i, j])
    return p.dtype.type(loss / n)
