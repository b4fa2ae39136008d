"""Operators of several steps that torch computes at once, in their well-known stable form."""

from __future__ import annotations

from typing import Any

import torch

from gradecheck.traced.rounding import ball
from gradecheck.traced.rules.arithmetic import div, mul, rsub, sub
from gradecheck.traced.rules.functions import FUNCTIONS
from gradecheck.traced.rules.reductions import amax, total
from gradecheck.traced.rules.structure import to_copy
from gradecheck.traced.table import rule

aten = torch.ops.aten
exp, log = FUNCTIONS[aten.exp], FUNCTIONS[aten.log]


@rule(aten._softmax)
def softmax(x: Any, dim: int, half_to_float: bool = False) -> Any:
    if half_to_float:
        x = to_copy(x, torch.float32)
    if not x.numel():
        return ball(x.mid.clone(), None)
    e = exp(sub(x, amax(x, [dim], True)))
    return div(e, total(e, [dim], True))


@rule(aten._log_softmax)
def log_softmax(x: Any, dim: int, half_to_float: bool = False) -> Any:
    if half_to_float:
        x = to_copy(x, torch.float32)
    if not x.numel():
        return ball(x.mid.clone(), None)
    z = sub(x, amax(x, [dim], True))
    return sub(z, log(total(exp(z), [dim], True)))


@rule(aten._softmax_backward_data)
def softmax_backward(g: Any, y: Any, dim: int, dtype: Any = None) -> Any:
    gy = mul(g, y)
    return sub(gy, mul(y, total(gy, [dim], True)))


@rule(aten._log_softmax_backward_data)
def log_softmax_backward(g: Any, y: Any, dim: int, dtype: Any = None) -> Any:
    return sub(g, mul(exp(y), total(g, [dim], True)))


@rule(aten.sigmoid_backward)
def sigmoid_backward(g: Any, y: Any) -> Any:
    return mul(g, mul(y, rsub(y, 1.0)))


@rule(aten.tanh_backward)
def tanh_backward(g: Any, y: Any) -> Any:
    return mul(g, rsub(mul(y, y), 1.0))
