import numpy as np

BIG = 20  # tanh is 1 from here on, in every digit


def tanh(x):
    z = np.clip(x, -BIG, BIG)
    sinh = np.sinh(z)
    cosh = (np.exp(x) + np.exp(-x)) / 2
    return sinh / cosh
