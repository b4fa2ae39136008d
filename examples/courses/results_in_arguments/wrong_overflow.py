"""A submission of our own with one mistake: the softmax overflows."""

import numpy as np


def relu(x):
    np.maximum(x, 0, out=x)


def softmax(x, out):
    np.exp(x, out=out)
    out /= out.sum(axis=1, keepdims=True)


def linear(x, W, b, out):
    np.matmul(x, W, out=out)
    out += b


def sgd(theta, grad, lr):
    theta -= lr * grad


def momentum(theta, velocity, grad, lr, mu):
    velocity *= mu
    velocity += grad
    theta -= lr * velocity


def epoch(X, y, W, b, lr, loss):
    rows = np.arange(len(X))
    scores = X @ W + b
    scores -= scores.max(axis=1, keepdims=True)
    p = np.exp(scores)
    total = p.sum(axis=1, keepdims=True)
    loss[0] = np.mean(np.log(total[:, 0]) - scores[rows, y])
    p /= total
    p[rows, y] -= 1
    p /= len(X)
    W -= lr * X.T @ p
    b -= lr * p.sum(axis=0)
