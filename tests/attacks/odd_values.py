"""Return what a comparison may stumble over: other types, deep lists, 64 axes, no elements.

Must hold: relu error; the rest passes.
"""

import itertools

import numpy as np

ODD = itertools.cycle(
    [
        np.zeros((1,) * 64),
        np.zeros((0, 1 << 30)),
        np.array("text"),
        np.ma.masked_all(3),
        np.zeros(3, "f4,f4"),
        np.datetime64("2024-01-01"),
        [[1.0], [2.0, 3.0]],
        [[[[[[[1.0]]]]]]],
        [np.zeros(2), np.zeros((2, 2))],
        [],
        (),
        1 << 5000,
        np.longdouble("1e4000"),
        np.matrix([[1.0]]),
        1j,
        {},
        float("nan"),
        True,
    ]
)


def relu(x):
    return next(ODD)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
