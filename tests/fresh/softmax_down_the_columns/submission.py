import numpy as np


def softmax(z):
    shifted = z - np.max(z, axis=0, keepdims=True)
    ez = np.exp(shifted)
    return ez / np.sum(ez, axis=0, keepdims=True)
