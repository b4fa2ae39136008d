"""Layers with caches: fill in the functions below, in NumPy.

x is (N, D), w is (D, M), b is (M,); y holds N class numbers. A cache holds what the backward pass needs.
"""

import numpy as np


def affine_forward(x, w, b):
    """Returns out of shape (N, M), and a cache."""
    raise NotImplementedError


def affine_backward(dout, cache):
    """Returns dx, dw, db."""
    raise NotImplementedError


def relu_forward(x):
    """Returns out, and a cache."""
    raise NotImplementedError


def relu_backward(dout, cache):
    """Returns dx. The slope at 0 is 0."""
    raise NotImplementedError


def softmax_loss(x, y):
    """Returns the mean cross entropy of the softmax of the scores x, and its gradient dx."""
    raise NotImplementedError


def sgd(w, dw, config=None):
    """Returns the next w, and config. config["learning_rate"] is the learning rate."""
    raise NotImplementedError


def sgd_momentum(w, dw, config=None):
    """Returns the next w, and config, in which config["velocity"] is the next velocity v.

    v = momentum * v - learning_rate * dw, and v is added to w.
    """
    raise NotImplementedError
