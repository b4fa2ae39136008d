import numpy as np


def mse_backward(prediction, target):
    n = np.prod(prediction.shape)
    error = (prediction - target) / int(n)
    return 2 * error / int(n)
