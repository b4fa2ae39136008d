"""NumPy has no bfloat16: two ways to do a formula in it with float32, both of which kernels use.

Arrays go in and come out as torch has them.
"""

from functools import wraps

import numpy as np
import torch
from torch.utils._pytree import tree_map


def rounded_at_the_end(formula):
    """The formula in float32, and its results rounded."""

    @wraps(formula)
    def emulated(*inputs):
        return tree_map(_bfloat16, formula(*map(_float32, inputs)))

    return emulated


def rounded_at_every_operator(formula):
    @wraps(formula)
    def emulated(*inputs):
        return tree_map(_bfloat16, formula(*(_each_rounded(_float32(x)) for x in inputs)))

    return emulated


class EachRounded(np.ndarray):
    """float32 numbers that are rounded to bfloat16 after every operator; a sum is rounded once, after its last term."""

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **keywords):
        plain = [np.asarray(x) if isinstance(x, EachRounded) else x for x in inputs]
        result = getattr(ufunc, method)(*plain, **keywords)
        return _float32(_bfloat16(result)).view(EachRounded) if result.dtype == np.float32 else result


def _float32(x):
    if not isinstance(x, torch.Tensor):
        return x
    return (x.float() if x.dtype == torch.bfloat16 else x).numpy()


def _bfloat16(x):
    return torch.from_numpy(np.array(x)).bfloat16()


def _each_rounded(x):
    return x.view(EachRounded) if isinstance(x, np.ndarray) and x.dtype == np.float32 else x
