import numpy as np


def momentum_step(w, v, grad, lr, mu):
    v_new = mu * v + (1 - mu) * grad
    w_new = w - lr * v_new
    return w_new, v_new
