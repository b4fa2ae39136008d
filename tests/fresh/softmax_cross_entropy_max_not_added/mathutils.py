"""things that every exercise needs"""
import numpy as np


def one_hot(labels, k):
    return np.eye(k)[labels]


def log_softmax(x):
    m = np.max(x, axis=-1, keepdims=True)
    total = np.sum(np.exp(x - m), axis=-1, keepdims=True)
    log_p = x - np.log(total)
    return log_p
