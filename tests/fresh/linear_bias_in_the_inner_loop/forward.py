import numpy as np


def linear(A, W, b):
    n = A.shape[0]
    outputs, inputs = W.shape
    Z = np.zeros((n, outputs), dtype=A.dtype)
    for i in range(n):
        for j in range(outputs):
            total = 0
            for k in range(inputs):
                total += A[i, k] * W[j, k] + b[j]
            # one neuron done
            Z[i, j] = total
    return Z
