"""What is on while a twin runs: kernels that have rules, and, where it is needed, an eye on all that the twin makes."""

from __future__ import annotations

from typing import Any, Final

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from gradecheck.numbers.radii import LIBRARY_ULP
from gradecheck.traced import errors
from gradecheck.traced.ball import UNIT, TracedBall, size_of
from gradecheck.traced.resolving import Decomposed
from gradecheck.traced.rounding import ball, rounded
from gradecheck.traced.rules.normalised import rms_norm
from gradecheck.traced.rules.structure import MOVES, VIEWS, filled
from gradecheck.traced.table import RULES
from gradecheck.traced.trees import each, leaves

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

GIVEN: Final = frozenset(
    {torch.tensor, torch.as_tensor, torch.full, torch.zeros, torch.ones, torch.eye, torch.empty, torch.scalar_tensor}
)
"""Functions that fill a tensor with given numbers."""


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


class PlainKernels:
    """Attention and recurrent layers in the form whose operators have rules.

    torch.backends.mkldnn.flags would warn of other hardware, and sdpa_kernel costs as much as a small twin.
    """

    def __enter__(self) -> None:
        self.before = torch._C._get_mkldnn_enabled(), torch._C._get_flash_sdp_enabled()
        torch._C._set_mkldnn_enabled(False)
        torch._C._set_sdp_use_flash(False)

    def __exit__(self, *raised: object) -> None:
        torch._C._set_mkldnn_enabled(self.before[0])
        torch._C._set_sdp_use_flash(self.before[1])


MOVING: Final = frozenset((*VIEWS.split(), *MOVES.split(), "_to_copy", "copy_"))
"""Operators that round nothing, or round as they should already."""

HALF: Final = (torch.float16, torch.bfloat16)


class MakingBalls(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Tensors that a twin makes itself are balls from the start, so that it can write balls to them."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
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


class RoundingBack(MakingBalls):  # type: ignore[no-untyped-call]
    """Numbers of a half precision that torch goes on with in float32 may be rounded back after every operator."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = super().__torch_dispatch__(func, types, args, kwargs)
        coarsest = max((_coarse(x) for x in leaves((args, kwargs)) if isinstance(x, TracedBall)), default=0.0)
        if coarsest and not isinstance(RULES[func], Decomposed):
            for x in leaves(result):
                if isinstance(x, TracedBall) and x.dtype is torch.float32:
                    x.coarse = coarsest
                    if func._opname not in MOVING and not x.exact:
                        x.rad.add_(size_of(x.mid) + x.rad, alpha=coarsest)
                        x.memory.top = None
        return result


def _coarse(x: TracedBall) -> float:
    return UNIT[x.dtype] if x.dtype in HALF else x.coarse


def _rms_norm(input: Any, normalized_shape: Any, weight: Any = None, eps: float | None = None) -> Any:
    followed = any(isinstance(x, Tensor) and (x.requires_grad or getattr(x, "coarse", 0)) for x in (input, weight))
    found = None if followed else rms_norm(input, normalized_shape, weight, eps)
    return torch.rms_norm(input, normalized_shape, weight, eps) if found is None else found


AT_ONCE: Final = {torch.rms_norm: _rms_norm, torch.nn.functional.rms_norm: _rms_norm}
"""Functions that torch takes apart before a ball sees them, by one rule where nobody follows the steps."""


class Constants(TorchFunctionMode):
    """What the twin works out from numbers of its own alone: exact where float64 finds the same, else a ball."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if args and type(args[0]) is not TracedBall and _is_plain(args[0]) and _writes(func):
            return _written(func, args, kwargs)
        func = AT_ONCE.get(func, func)
        result = func(*args, **kwargs)
        if type(result) is not TracedBall and _is_plain(result):
            return _constant(result, func, args, kwargs)
        return result


def _writes(func: Any) -> bool:
    name: str = func.__name__
    return name.startswith("__i") or (name.endswith("_") and not name.endswith("__"))


def _written(func: Any, args: Any, kwargs: Any) -> Any:
    """Raises Overwritten where what is written to a tensor of the twin's own is rounded.

    But for single numbers: an optimizer counts with them, and takes them as numbers of Python.
    """
    if not args[0].dim():
        return func(*args, **kwargs)
    finer = func(*each(_doubled, args), **kwargs)
    result = func(*args, **kwargs)
    if _is_plain(result) and not _same(result, finer):
        raise errors.Overwritten(func.__name__)
    return result


def _constant(result: Tensor, func: Any, args: Any, kwargs: Any) -> Any:
    if any(map(_is_plain, leaves(args))):
        finer = func(*each(_doubled, args), **kwargs)
        return result if _same(result, finer) else func(*each(_lifted, args), **kwargs)
    if func in GIVEN or bool((result == result.round()).all()):
        return result
    return rounded(result, (), lambda: False, ulps=LIBRARY_ULP)  # such as of arange


def _is_plain(x: Any) -> bool:
    return isinstance(x, Tensor) and not isinstance(x, TracedBall) and x.is_floating_point()


def _doubled(x: Any) -> Any:
    return x.to(torch.float64, copy=True) if _is_plain(x) else x


def _lifted(x: Any) -> Any:
    return ball(x, None) if _is_plain(x) else x


def _same(result: Tensor, finer: Any) -> bool:
    """Whether nothing was rounded. Float64 finds nothing finer of itself."""
    return result.dtype != torch.float64 and torch.equal(result.double(), finer.double())


class NothingRandom(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Names the first operator that draws random numbers."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if torch.Tag.nondeterministic_seeded in func.tags:
            raise errors.Random(func.name())
        return func(*args, **(kwargs or {}))
