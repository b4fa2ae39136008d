import numpy as np


def softmax(v):
    e = np.exp(v - v.max())
    return e / e.sum()


def softmax_backward(grad, x):
    X = np.atleast_2d(x)
    G = np.atleast_2d(grad)
    dx = np.zeros_like(X)
    for n in range(X.shape[0]):
        s = softmax(X[n])
        inner = np.dot(s, G[n])
        for k in range(X.shape[1]):
            dx[n, k] = s[k] * (G[n, k] - inner)
        return dx.reshape(x.shape)
