"""Samples in columns: fill in the functions below, in NumPy.

A and X are (features, m), one sample a column; W is (units, features), b is (units, 1). Y is one-hot, (classes, m).
"""

import numpy as np


def linear_forward(A_prev, W, b):
    """Returns Z of shape (units, m), and a cache."""
    raise NotImplementedError


def linear_backward(dZ, cache):
    """Returns dA_prev; and dW and db, both over m."""
    raise NotImplementedError


def sigmoid(Z):
    """Returns A, and a cache."""
    raise NotImplementedError


def sigmoid_backward(dA, cache):
    """Returns dZ."""
    raise NotImplementedError


def softmax(Z):
    """Of every column."""
    raise NotImplementedError


def compute_cost(AL, Y):
    """Returns the cross entropy, a mean over the m samples. 0 log 0 counts as 0."""
    raise NotImplementedError


def update_parameters(parameters, grads, learning_rate):
    """Returns the next parameters, a dictionary with W1 and b1."""
    raise NotImplementedError
