import numpy as np


def momentum_step(w, v, grad, lr, mu):
    v = mu * v + lr * grad
    w = np.subtract(w, lr * v)
    return (w, v)
