import numpy as np


def linear_backward(grad, A, W):
    dA = grad @ W
    dW = A.T @ grad  # slide: derivative of Z with respect to W is A^T
    db = np.sum(grad, axis=0)
    return dA, dW, db
