import numpy as np
from mathutils import log_softmax


def softmax_cross_entropy(x, t):
    return -np.mean(np.sum(t * log_softmax(x), axis=-1))
