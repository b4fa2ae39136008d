"""scipy.special under the lecture's names: expit, softmax, log_softmax and xlogy. It has no gradients.

The losses are the special function's values, summed over the classes; the mean over the rows is all that is added.
"""

import numpy as np
from scipy import special


def sigmoid(x):
    return special.expit(x)


def softmax(x):
    return special.softmax(x, axis=-1)


def cross_entropy(p, t):
    return -special.xlogy(t, p).sum(axis=-1).mean()


def softmax_cross_entropy(x, t):
    return -np.sum(t * special.log_softmax(x, axis=-1), axis=-1).mean()
