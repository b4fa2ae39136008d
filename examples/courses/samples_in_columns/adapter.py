"""The functions of the contract, out of those of this course."""

import numpy as np


def column(b):
    return b.reshape(-1, 1)


def linear(A, W, b):
    return linear_forward(A.T, W, column(b))[0].T


def linear_backward_mean(grad, A, W):
    _, cache = linear_forward(A.T, W, column(np.zeros(len(W), W.dtype)))
    dA, dW, db = linear_backward(grad.T, cache)
    return dA.T, dW, db.T[0]


def sigmoid(x):
    return submission.sigmoid(x.T)[0].T


def sigmoid_backward(grad, x):
    _, cache = submission.sigmoid(x.T)
    return submission.sigmoid_backward(grad.T, cache).T


def softmax(x):
    return submission.softmax(x.T).T


def cross_entropy(p, t):
    return compute_cost(p.T, t.T)


def sgd_step(w, grad, lr):
    b = np.zeros((len(w), 1), w.dtype)
    return update_parameters({"W1": w, "b1": b}, {"dW1": grad, "db1": b}, lr)["W1"]
