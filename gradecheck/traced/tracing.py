"""What is on while a twin runs on balls: tensors that it makes itself become balls, and nothing is drawn at random."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

from gradecheck.numbers.radii import LIBRARY_ULP
from gradecheck.traced import errors
from gradecheck.traced.ball import TracedBall
from gradecheck.traced.rounding import ball, rounded
from gradecheck.traced.rules.structure import MOVES, VIEWS
from gradecheck.traced.table import RULES

aten = torch.ops.aten

GIVEN: Final = frozenset(
    {
        *(aten.zeros.default, aten.ones.default, aten.full.default, aten.eye.default, aten.eye.m),
        *(aten.empty.memory_format, aten.empty_strided.default, aten.scalar_tensor.default),
    }
)
"""Operators that fill a tensor with given numbers."""

MOVING: Final = frozenset({"copy_", *VIEWS.split(), *MOVES.split()})
"""Operators that round nothing."""


class Tracing(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Sees every operator, those on plain tensors too."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if TracedBall in types:
            return RULES[func](*args, **kwargs)
        if torch.Tag.nondeterministic_seeded in func.tags:
            raise errors.Random(func.name())
        return constant(func, args, kwargs)


def constant(func: Any, args: Any, kwargs: Any) -> Any:
    """What the twin works out from its own numbers alone: exact where float64 finds the same, else a ball."""
    if func in GIVEN:
        return _lifted(func(*args, **kwargs))
    if not any(_is_real(x) for x in tree_leaves(args)):
        return _made(func(*args, **kwargs))
    if func._opname in MOVING:
        return func(*args, **kwargs)
    finer = func(*tree_map(_doubled, args), **kwargs)
    result = func(*args, **kwargs)
    if _same(result, finer):
        return result
    if func._schema.is_mutable:
        if args[0].dim() == 0:  # what an optimizer counts with, and takes as a number of Python
            return result
        raise errors.Overwritten(func.name())
    return RULES[func](*tree_map(_lifted, args), **kwargs)


def _made(result: Any) -> Any:
    """Real numbers worked out of whole ones, as arange does: where they are whole as well they are exact."""
    if not _is_real(result):
        return result
    whole = bool((result == result.round()).all())
    return result if whole else rounded(result, None, lambda: False, ulps=LIBRARY_ULP)


def _is_real(x: Any) -> bool:
    return isinstance(x, Tensor) and x.is_floating_point()


def _doubled(x: Any) -> Any:
    return x.to(torch.float64, copy=True) if _is_real(x) else x


def _lifted(x: Any) -> Any:
    return ball(x, None) if _is_real(x) else x


def _same(result: Any, finer: Any) -> bool:
    """Nothing was rounded; float64 finds nothing finer of float64, and rounds as other orders of evaluation do not."""
    pairs = list(zip(tree_leaves(result), tree_leaves(finer), strict=True))
    return all(not _is_real(x) or (x.dtype != torch.float64 and torch.equal(x.double(), y.double())) for x, y in pairs)


@contextmanager
def tracing() -> Iterator[None]:
    """Attention and recurrent layers by their plain form, whose operators have rules."""
    before = torch._C._get_mkldnn_enabled()
    torch._C._set_mkldnn_enabled(False)  # torch.backends.mkldnn.flags would warn of other hardware
    try:
        with sdpa_kernel(SDPBackend.MATH), Tracing():  # type: ignore[no-untyped-call]
            yield
    finally:
        torch._C._set_mkldnn_enabled(before)
