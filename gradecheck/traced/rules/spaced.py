"""Numbers spread evenly between two ends, and powers of a base with such exponents."""

from __future__ import annotations

from math import log
from typing import Any

import torch
from torch import Tensor

from gradecheck.traced.ball import UNIT, TracedBall, mid, parts, size_of
from gradecheck.traced.rounding import finite, rounded
from gradecheck.traced.table import rule

aten = torch.ops.aten

ROUNDINGS = 4
"""Of a place between: the difference of the ends, the step, the product, and the sum."""


def off_by(start: Any, end: Any, like: Tensor) -> Tensor:
    """How far each of the numbers may be off: by what the ends are off, and by roundings of the larger end."""
    larger = torch.maximum(torch.as_tensor(size_of(mid(start))), torch.as_tensor(size_of(mid(end)))).double()
    off = larger * (2 * ROUNDINGS * UNIT[like.dtype])
    for x in (start, end):
        rad = parts(x, like)[1]
        off = off if rad is None else off + torch.as_tensor(rad).double()
    return off.to(size_of(like).dtype)


@rule(aten.linspace.Tensor_Tensor, aten.linspace.Tensor_Scalar, aten.linspace.Scalar_Tensor)
def linspace(start: Any, end: Any, steps: int, **keywords: Any) -> TracedBall | Tensor:
    value = torch.linspace(mid(start), mid(end), steps, **keywords)
    if not value.is_floating_point():
        return value
    return rounded(value, (off_by(start, end, value).expand(value.shape),), lambda: finite(start, end))


@rule(aten.logspace.Tensor_Tensor, aten.logspace.Tensor_Scalar, aten.logspace.Scalar_Tensor)
def logspace(start: Any, end: Any, steps: int, base: float = 10.0, **keywords: Any) -> TracedBall | Tensor:
    """b^e: an exponent that is off by d gives a power that is off by a factor of b^d."""
    value = torch.logspace(mid(start), mid(end), steps, base, **keywords)
    if not value.is_floating_point() or base <= 0:
        return value
    off = torch.expm1(off_by(start, end, value) * abs(log(base))) * size_of(value)
    return rounded(value, (off,), lambda: finite(start, end), ulps=4)
