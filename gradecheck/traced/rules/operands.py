"""What rules ask of their operands: balls, plain tensors or numbers of Python."""

from __future__ import annotations

from math import frexp, inf
from typing import Any

import torch
from torch import Tensor

from gradecheck.traced.ball import TracedBall
from gradecheck.traced.memory import Memory, Terms
from gradecheck.traced.rounding import ball, held


def both(rad_a: Any, rad_b: Any) -> Any:
    """The sum of two radii."""
    if rad_a is None:
        return rad_b
    return rad_a if rad_b is None else rad_a + rad_b


def top_of(x: Any) -> float | None:
    """What |x| does not exceed, if that costs nothing to know."""
    if type(x) is TracedBall:
        return x.top()
    return None if isinstance(x, Tensor) else abs(x) * (1 + 1e-6)


def as_real(x: Any, result: Tensor) -> Any:
    """Truth values and whole numbers as the numbers that they are computed with: a truth value is off by at most 1."""
    if type(x) is not TracedBall or x.mid.is_floating_point():
        return x
    unsure = 1.0 if x.mid.dtype == torch.bool else inf
    return ball(x.mid.to(result.dtype), None if x.exact else torch.where(x.rad > 0, unsure, 0.0))


def together(x: Any, y: Any) -> tuple[Any, Any]:
    """Operands as torch takes them in less time: a number as a tensor. (`held` does not tell 0 from -0.)"""
    if not isinstance(y, Tensor):
        return (x, held(y, x.dtype)) if y and same_precision(x) else (x, y)
    if not isinstance(x, Tensor):
        return (held(x, y.dtype), y) if x and same_precision(y) else (x, y)
    return x, y


def terms_of(x: Any) -> Terms | None:
    return x.summed() if type(x) is TracedBall else None


def memories(*operands: Any) -> list[Memory]:
    """Those of balls: where terms that are worked out late are read."""
    return [x.memory for x in operands if type(x) is TracedBall]


def same_precision(value: Tensor) -> bool:
    """Whether sums are rounded to the precision that they are added up in."""
    return value.dtype in (torch.float32, torch.float64)


def whole(value: Tensor, *operands: Any) -> Any:
    """Whole numbers are exact; or anybody's guess, where an operand is unsure."""
    unsure: Any = None
    for x in operands:
        if isinstance(x, TracedBall) and not x.exact:
            unsure = x.rad > 0 if unsure is None else unsure | (x.rad > 0)
    return value if unsure is None else ball(value, torch.where(unsure, inf, 0.0))


def is_power_of_two(x: float) -> bool:
    return abs(frexp(x)[0]) == 0.5
