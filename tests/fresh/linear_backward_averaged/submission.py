import numpy as np


def linear_backward(dZ, A, W):
    m = A.shape[0]
    dW = np.einsum("no,ni->oi", dZ, A) / m
    dA = np.einsum("no,oi->ni", dZ, W)
    db = np.einsum("no->o", dZ) / m
    return dA, dW, db
