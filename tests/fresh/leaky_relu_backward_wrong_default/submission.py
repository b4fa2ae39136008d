import numpy as np


def leaky_relu_backward(dout, x, alpha=0.1):
    slope = np.full_like(x, alpha)
    slope[x > 0] = 1
    return dout * slope
