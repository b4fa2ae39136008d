import numpy as np


def sgd_step(w, grad, lr):
    """W = W - lambda * dL/dW"""
    w = w - lr * grad
