"""NumPy has no bfloat16: two ways to do a formula in it with float32, both of which kernels use."""

import numpy as np
import torch


def rounded(x):
    """The bfloat16 nearest to each float32, as float32."""
    return torch.from_numpy(np.array(x, np.float32)).bfloat16().float().numpy()


class EachRounded(np.ndarray):
    """float32 numbers that are rounded to bfloat16 after every operator; a sum is rounded once, after its last term."""

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **keywords):
        plain = [np.asarray(x) if isinstance(x, EachRounded) else x for x in inputs]
        return rounded(getattr(ufunc, method)(*plain, **keywords)).view(EachRounded)


def _quantised(x):
    return rounded(x) if isinstance(x, np.ndarray) and x.dtype == np.float32 else x


def _each(found, change):
    return tuple(change(x) for x in found) if isinstance(found, tuple) else change(found)


def rounded_at_the_end(formula):
    """The formula in float32 on quantised inputs, and its results rounded."""
    return lambda *inputs: _each(formula(*map(_quantised, inputs)), rounded)


def rounded_at_every_operator(formula):
    def emulated(*inputs):
        quantised = [q.view(EachRounded) if isinstance(q := _quantised(x), np.ndarray) and q.dtype == np.float32 else q for x in inputs]
        return _each(formula(*quantised), np.asarray)

    return emulated
