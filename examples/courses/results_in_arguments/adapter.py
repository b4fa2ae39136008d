"""The functions of the contract, out of those of this course, which write into an argument of theirs."""

import numpy as np


def relu(x):
    out = x.copy()
    submission.relu(out)
    return out


def softmax(x):
    out = np.zeros_like(x)
    submission.softmax(x, out)
    return out


def linear(A, W, b):
    out = np.zeros((len(A), len(b)), A.dtype)
    submission.linear(A, W.T, b, out)
    return out


def sgd_step(w, grad, lr):
    theta = w.copy()
    sgd(theta, grad, lr)
    return theta


def momentum_step(w, v, grad, lr, mu):
    theta, velocity = w.copy(), v.copy()
    momentum(theta, velocity, grad, lr, mu)
    return theta, velocity


def train(A, T, W, b, lr, mu, steps):
    theta, bias, losses = W.T.copy(), b.copy(), np.zeros(steps, A.dtype)
    for step in range(steps):
        epoch(A, T.argmax(axis=1), theta, bias, lr, losses[step : step + 1])
    return theta.T, bias, losses
