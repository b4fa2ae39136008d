import numpy as np


def compute_cost(AL, Y):
    m = Y.shape[0]
    cost = 0
    for j in range(Y.shape[1]):
        for i in range(Y.shape[0]):
            if Y[i, j] == 1:
                cost -= np.log(AL[i, j])
    return cost / m
