import numpy as np


def linear(A, W, b):
    # Z = A . W^T + b^T
    Z = np.dot(A, W) + b
    return Z
