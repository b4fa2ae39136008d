"""Comparisons and choices: the branch taken, and room for the other where the balls straddle a kink."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import torch
from torch import Tensor

from gradecheck.numbers import radii
from gradecheck.traced.ball import TracedBall, mid, parts, radius_dtype, size_of
from gradecheck.traced.rounding import ball
from gradecheck.traced.rules.operands import both
from gradecheck.traced.table import RULES, enter_all, rule

aten = torch.ops.aten


def unsure_of(x: Any) -> Any:
    """Where a truth value or a whole number may be another; None where it is certain."""
    return x.rad > 0 if isinstance(x, TracedBall) and not x.exact else None


def truth(value: Tensor, unsure: Any) -> Any:
    """Truth values, or whole numbers: a plain tensor where all are certain, else a ball with inf where not."""
    if unsure is None or not unsure.any():
        return value
    return ball(value, torch.where(unsure, inf, 0.0).expand(value.shape))


def comparison(f: Callable[..., Tensor]) -> Callable[..., Any]:
    def ruled(a: Any, b: Any) -> Any:
        value = f(mid(a), mid(b))
        reach = both(_reach(a, b), _reach(b, a))
        if reach is None:
            return value
        found = truth(value, radii.unsure(torch, mid(a), mid(b), torch.as_tensor(reach)))
        return (
            found if isinstance(found, TracedBall) else ball(found, None)
        )  # others that are unsure may be written to it

    return ruled


def _reach(x: Any, other: Any) -> Any:
    return parts(x, mid(other))[1] if isinstance(x, Tensor) or isinstance(other, Tensor) else None


for operator in ("gt", "ge", "lt", "le", "eq", "ne"):
    enter_all(getattr(aten, operator), comparison(getattr(torch, operator)))


def logical(f: Callable[..., Tensor]) -> Callable[..., Any]:
    """Of truth values: unsure where an operand is. (Where the other operand decides, a little too careful.)"""

    def ruled(*operands: Any, **keywords: Any) -> Any:
        value = f(*(mid(x) for x in operands), **keywords)
        unsure = [u for u in map(unsure_of, operands) if u is not None]
        return truth(value, None if not unsure else unsure[0] if len(unsure) == 1 else torch.logical_or(*unsure))

    return ruled


for operator in ("logical_and", "logical_or", "logical_not", "logical_xor", "bitwise_and", "bitwise_or", "bitwise_not"):
    enter_all(getattr(aten, operator), logical(getattr(torch, operator)))


def predicate(f: Callable[[Tensor], Tensor]) -> Callable[..., Any]:
    """Whether a number is finite, infinite or NaN: unsure where its radius is infinite."""

    def ruled(a: TracedBall) -> Any:
        return truth(f(a.mid), None if a.exact else torch.isinf(a.rad))

    return ruled


for operator in ("isnan", "isinf", "isfinite", "isposinf", "isneginf"):
    enter_all(getattr(aten, operator), predicate(getattr(torch, operator)))


def collected(f: Callable[..., Tensor]) -> Callable[..., Any]:
    """Whether any or all are true: unsure where one of them is."""

    def ruled(a: Any, *where: Any, **keywords: Any) -> Any:
        value = f(mid(a), *where, **keywords)
        unsure = unsure_of(a)
        return truth(value, None if unsure is None else torch.any(unsure, *where, **keywords))

    return ruled


enter_all(aten.any, collected(torch.any))
enter_all(aten.all, collected(torch.all))


@rule(aten.where.self, aten.where.ScalarOther, aten.where.ScalarSelf, aten.where.Scalar)
def where(condition: Any, a: Any, b: Any) -> Any:
    """The branch taken; where the condition is unsure, wide enough for both."""
    yes = mid(condition)
    value = torch.where(yes, mid(a), mid(b))
    unsure = unsure_of(condition)
    if not value.is_floating_point():
        of_branches = [torch.where(yes, *sides) for sides in [_sides(a, b, value)] if sides != (0.0, 0.0)]
        certain = of_branches[0] > 0 if of_branches else None
        unsure = certain if unsure is None else unsure if certain is None else unsure | certain
        return truth(value, unsure)
    rad_a, rad_b = _sides(a, b, value)
    if unsure is None:
        return ball(value, None if rad_a is rad_b is None else torch.where(yes, rad_a, rad_b))
    return between(
        value, torch.where(yes, rad_a, rad_b), torch.where(yes, mid(b), mid(a)), torch.where(yes, rad_b, rad_a), unsure
    )


def _sides(a: Any, b: Any, value: Tensor) -> tuple[Any, Any]:
    rad_a, rad_b = parts(a, value)[1], parts(b, value)[1]
    return 0.0 if rad_a is None else rad_a, 0.0 if rad_b is None else rad_b


def between(value: Tensor, rad: Any, other: Any, rad_other: Any, unsure: Tensor) -> TracedBall:
    """value ± rad; and other ± rad_other as well where it is unsure which."""
    apart = (size_of(value - other) + rad_other) * (1 + 1e-6)
    wide = torch.where(unsure, torch.maximum(torch.as_tensor(rad, dtype=apart.dtype), apart), rad)
    return ball(value, torch.where(torch.isnan(wide), inf, wide))


def extreme(f: Callable[..., Tensor], sign: int) -> Callable[..., Any]:
    def ruled(a: Any, b: Any) -> Any:
        x, y = mid(a), mid(b)
        like = x if isinstance(x, Tensor) else y
        x, y = torch.as_tensor(x, dtype=like.dtype), torch.as_tensor(y, dtype=like.dtype)
        value = f(x, y)
        rad_a, rad_b = parts(a, value)[1], parts(b, value)[1]
        if rad_a is None and rad_b is None:
            return ball(value, None)
        rad_a, rad_b = (torch.as_tensor(0.0 if r is None else r, dtype=radius_dtype(value)) for r in (rad_a, rad_b))
        return ball(value, radii.larger(torch, sign * x, rad_a, sign * y, rad_b))

    return ruled


maximum = extreme(torch.maximum, 1)
minimum = extreme(torch.minimum, -1)
enter_all(aten.maximum, maximum)
enter_all(aten.minimum, minimum)
enter_all(aten.fmax, extreme(torch.fmax, 1))
enter_all(aten.fmin, extreme(torch.fmin, -1))


@rule(aten.clamp)
def clamp(a: Any, min: Any = None, max: Any = None) -> Any:
    if min is not None:
        a = maximum(a, min)
    return a if max is None else minimum(a, max)


@rule(aten.clamp_min)
def clamp_min(a: Any, min: Any) -> Any:
    return maximum(a, min)


@rule(aten.clamp_max)
def clamp_max(a: Any, max: Any) -> Any:
    return minimum(a, max)


@rule(aten.relu)
def relu(a: TracedBall) -> Any:
    """The ball; and none of it where it is below 0 altogether."""
    value = torch.relu(a.mid)
    return ball(value, None if a.exact else torch.where(a.mid < -a.rad, 0.0, a.rad))


@rule(aten.abs)
def absolute(a: TracedBall) -> Any:
    return ball(a.mid.abs(), None if a.exact else a.rad.clone())


@rule(aten.sign, aten.sgn)
def sign(a: TracedBall) -> Any:
    """-1, 0 or 1: off by up to 2 where the ball touches 0."""
    value = torch.sign(a.mid)
    if a.exact:
        return ball(value, None)
    return ball(value, torch.where((a.rad > 0) & ~(size_of(a.mid) > a.rad), 2.0, 0.0))


@rule(aten.threshold_backward)
def threshold_backward(g: Any, x: Any, threshold: Any) -> Any:
    """The upstream gradient where x is above the threshold. At a kink within the radius of x either slope is right."""
    return where(RULES[aten.gt.Scalar](x, threshold), g, 0.0)


@rule(aten.masked_fill)
def masked_fill(a: Any, mask: Any, value: Any) -> Any:
    return where(mask, value, a)
