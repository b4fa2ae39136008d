import numpy as np


def linear_backward(dZ, A, W):
    dW = np.matmul(dZ.T, A)
    db = np.matmul(dZ.T, np.ones(A.shape[0], dtype=A.dtype))
    dA = np.matmul(dZ, W)
    return dW, db, dA
