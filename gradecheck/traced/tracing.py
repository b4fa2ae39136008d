"""What is on while a twin runs: kernels that have rules, and, where it is needed, an eye on all that the twin makes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._python_dispatch import TorchDispatchMode

from gradecheck.traced import errors
from gradecheck.traced.ball import TracedBall
from gradecheck.traced.rounding import ball
from gradecheck.traced.table import RULES

aten = torch.ops.aten

MADE: Final = frozenset(
    {
        *(aten.zeros.default, aten.ones.default, aten.full.default, aten.eye.default, aten.eye.m),
        *(aten.empty.memory_format, aten.empty_strided.default, aten.scalar_tensor.default),
        *(aten.zeros_like.default, aten.ones_like.default, aten.empty_like.default),
        *(aten.full_like.default, aten.new_zeros.default, aten.new_ones.default, aten.new_full.default),
        *(aten.new_empty.default, aten.new_empty_strided.default),
    }
)
"""Operators that make a tensor of the twin's own, which a twin may write to later."""


class Listing(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Writes down the operators that compute anything."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.names: dict[str, None] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func.overloadpacket.__name__
        if name not in ("detach", "clone", "_to_copy", "lift_fresh"):
            self.names[name] = None
        return func(*args, **kwargs or {})


@contextmanager
def plain_kernels() -> Iterator[None]:
    """Attention and recurrent layers in the form whose operators have rules."""
    before = torch._C._get_mkldnn_enabled()
    torch._C._set_mkldnn_enabled(False)  # torch.backends.mkldnn.flags would warn of other hardware
    try:
        with sdpa_kernel(SDPBackend.MATH):
            yield
    finally:
        torch._C._set_mkldnn_enabled(before)


class MakingBalls(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Tensors that a twin makes itself are balls from the start, so that it can write balls to them."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        from gradecheck.traced.resolving import Decomposed
        from gradecheck.traced.rules.structure import filled

        kwargs = kwargs or {}
        if TracedBall in types:
            rule = RULES[func]
            if isinstance(rule, Decomposed):
                with self:
                    return rule(*args, **kwargs)
            return rule(*args, **kwargs)
        result = func(*args, **kwargs)
        if func is aten.full.default:
            return filled(result, args[1])
        return ball(result, None) if func in MADE and result.is_floating_point() else result


class NothingRandom(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Names the first operator that draws random numbers."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if torch.Tag.nondeterministic_seeded in func.tags:
            raise errors.Random(func.name())
        return func(*args, **(kwargs or {}))
