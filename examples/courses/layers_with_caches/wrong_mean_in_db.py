"""A submission of our own with one mistake: db is a mean over the samples."""

import numpy as np


def affine_forward(x, w, b):
    return x @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout, dout.mean(axis=0)


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return dout * (cache > 0)


def softmax(x):
    """Of the scores of one sample in a column: not what the contract calls softmax."""
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def softmax_loss(x, y):
    rows = np.arange(len(x))
    shifted = x - x.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dx = softmax(x.T).T
    dx[rows, y] -= 1
    return -log_p[rows, y].mean(), dx / len(x)


def sgd(w, dw, config=None):
    return w - config["learning_rate"] * dw, config


def sgd_momentum(w, dw, config=None):
    config["velocity"] = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    return w + config["velocity"], config
