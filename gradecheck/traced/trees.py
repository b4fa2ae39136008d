"""Whatever holds tensors, leaf by leaf: torch's pytree, and a shorter way for what most calls are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from torch import Tensor
from torch.utils._pytree import tree_leaves, tree_map

PLAIN: Final = (Tensor, int, float, bool, str, type(None))


def each(f: Callable[[Any], Any], x: Any) -> Any:
    """x with f of every leaf in its place."""
    if isinstance(x, PLAIN):
        return f(x)
    if type(x) is tuple:
        return tuple([each(f, y) for y in x])
    return tree_map(f, x)


def leaves(x: Any) -> list[Any]:
    """The leaves of x, in order."""
    if isinstance(x, Tensor):
        return [x]
    if type(x) is tuple:
        return [leaf for y in x for leaf in leaves(y)]
    return tree_leaves(x)
