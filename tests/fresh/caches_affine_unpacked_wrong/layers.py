import numpy as np


def affine_forward(x, w, b):
    out = x.dot(w) + b
    cache = (x, w)
    return out, cache


def affine_backward(dout, cache):
    w, x = cache
    dx = dout.dot(w.T)
    dw = x.T.dot(dout)
    db = dout.sum(axis=0)
    return dx, dw, db
