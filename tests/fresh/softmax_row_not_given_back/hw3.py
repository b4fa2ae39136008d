import numpy as np


def softmax(x):
    one_row = x.ndim == 1
    rows = x[np.newaxis, :] if one_row else x
    probs = np.zeros_like(rows)
    for i, row in enumerate(rows):
        e = np.exp(row - max(row))
        probs[i] = e / sum(e)
    return probs
