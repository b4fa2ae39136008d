import numpy as np


def softmax_cross_entropy(x, t):
    X, T = np.atleast_2d(x), np.atleast_2d(t)
    for i in range(len(X)):
        total = 0.0
        z = X[i] - X[i].max()
        log_p = z - np.log(np.exp(z).sum())
        total -= (T[i] * log_p).sum()
    return total / len(X)
