"""Functions that are methods, partials, lambdas, cached and decorated."""

import functools

import numpy as np


class Activations:
    calls = 0

    def relu(self, x):
        self.calls += 1
        return np.where(x > 0, x, np.zeros_like(x))

    @staticmethod
    def tanh(x):
        return np.tanh(x)


def checked(function):
    @functools.wraps(function)
    def inner(*arguments, **named):
        result = function(*arguments, **named)
        assert np.all(np.isfinite(result) | ~np.isfinite(result))
        return result

    return inner


relu = Activations().relu
tanh = checked(Activations.tanh)
mse_backward = functools.partial(lambda scale, p, t: scale * (p - t) / p.size, 2)
