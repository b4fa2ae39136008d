import numpy as np

ALPHA = 0.01  # from the slide


def leaky_relu(x, alpha=ALPHA):
    out = x.copy()
    below = x < 0
    out[below] = ALPHA * x[below]
    return out
