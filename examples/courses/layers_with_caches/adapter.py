"""The functions of the contract, out of those of this course."""

import numpy as np


def linear(A, W, b):
    return affine_forward(A, W.T, b)[0]


def linear_backward(grad, A, W):
    _, cache = affine_forward(A, W.T, np.zeros(len(W), W.dtype))
    dx, dw, db = affine_backward(grad, cache)
    return dx, dw.T, db


def relu(x):
    return relu_forward(x)[0]


def relu_backward(grad, x):
    return submission.relu_backward(grad, relu_forward(x)[1])


def softmax_cross_entropy(x, t):
    return softmax_loss(x, t.argmax(axis=1))[0]


def softmax_cross_entropy_backward(x, t):
    return softmax_loss(x, t.argmax(axis=1))[1]


def sgd_step(w, grad, lr):
    return sgd(w, grad, {"learning_rate": lr})[0]


def momentum_step_downhill(w, v, grad, lr, mu):
    next_w, config = sgd_momentum(w, grad, {"learning_rate": lr, "momentum": mu, "velocity": v})
    return next_w, config["velocity"]
