"""Layers as classes: fill in the methods below, in NumPy.

A is (N, in_features), W is (out_features, in_features), b is (out_features, 1). Targets Y are one-hot.
"""

import numpy as np


class Linear:
    def __init__(self, in_features, out_features):
        self.W = np.zeros((out_features, in_features))
        self.b = np.zeros((out_features, 1))

    def forward(self, A):
        """Returns Z of shape (N, out_features)."""
        raise NotImplementedError

    def backward(self, dLdZ):
        """Returns dLdA, and sets self.dLdW and self.dLdb, of the shapes of W and b."""
        raise NotImplementedError


class ReLU:
    def forward(self, Z):
        """Returns A."""
        raise NotImplementedError

    def backward(self, dLdA):
        """Returns dLdZ. The slope at 0 is 0."""
        raise NotImplementedError


class MSELoss:
    def forward(self, A, Y):
        """Returns the mean over all elements."""
        raise NotImplementedError

    def backward(self):
        """Returns dLdA."""
        raise NotImplementedError


class CrossEntropyLoss:
    def forward(self, A, Y):
        """Returns the mean over the rows of the cross entropy of the softmax of A."""
        raise NotImplementedError

    def backward(self):
        """Returns dLdA."""
        raise NotImplementedError


class SGD:
    """v = momentum * v + gradient, and lr * v is taken from the parameter."""

    def __init__(self, layer, lr, momentum):
        self.layer, self.lr, self.momentum = layer, lr, momentum
        self.v_W = np.zeros_like(layer.W)
        self.v_b = np.zeros_like(layer.b)

    def step(self):
        """Sets the layer's W and b, and self.v_W and self.v_b."""
        raise NotImplementedError
