"""A truth for float64: the NumPy reference that torch declares for an operator, computed in long double."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils._pytree import tree_leaves, tree_unflatten

from gradecheck.operators.samples import Sample, Tensors

Numbers = NDArray[Any]

SAME: Final = 1e-9
"""A reference that is relatively further than this from torch computes something else for this sample: no witness."""


def long_double(sample: Sample, results: Tensors) -> tuple[Numbers, ...] | None:
    """Each result in long double; None where the operator has no reference, or where it falls back to float64."""
    reference = getattr(sample.operator, "ref", None)
    if reference is None or np.finfo(np.longdouble).eps >= np.finfo(np.float64).eps:
        return None
    value, arguments, keywords = tree_unflatten([_wide(leaf) for leaf in sample.leaves], sample.tree)
    try:
        with np.errstate(all="ignore"):
            found = [np.asarray(x) for x in tree_leaves(reference(value, *arguments, **keywords))]
    except Exception:  # a reference that cannot do this sample is no witness
        return None
    actual = [result.numpy(force=True) for result in results]
    if [(x.dtype, x.shape) for x in found] != [(np.dtype(np.longdouble), a.shape) for a in actual]:
        return None
    return tuple(found) if all(_same(x, a) for x, a in zip(found, actual, strict=True)) else None


def _wide(leaf: Any) -> Any:
    if isinstance(leaf, torch.Tensor):
        array = leaf.numpy(force=True)
        return array.astype(np.longdouble) if leaf.is_floating_point() else array
    return leaf


def _same(found: Numbers, actual: Numbers) -> bool:
    with np.errstate(all="ignore"):
        size = np.abs(actual).max(initial=0.0)
        apart = np.abs(found - actual)
    return bool(np.all((apart <= SAME * size) | np.isnan(found) | np.isinf(found) | ~np.isfinite(actual)))
