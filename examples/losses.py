"""A cross entropy that forgets something. See docs/lecturer.md."""

import numpy as np


def cross_entropy(p, t):
    return -np.sum(t * np.log(np.where(t > 0, p, 1)))
