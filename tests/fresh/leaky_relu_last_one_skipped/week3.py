import numpy as np


def leaky_relu(x, alpha=0.01):
    flat = x.flatten()
    for i in range(len(flat) - 1):
        if flat[i] < 0:
            flat[i] = alpha * flat[i]
    return flat.reshape(x.shape)
