import numpy as np


def relu_backward(grad, x):
    mask = grad > 0
    return np.where(mask, grad, 0)
