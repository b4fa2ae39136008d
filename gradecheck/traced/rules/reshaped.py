"""Operators that give a tensor another shape in place: the ball, its midpoint and its radius take it together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.utils._mode_utils import no_dispatch

from gradecheck.traced.ball import TracedBall
from gradecheck.traced.table import RULES, enter_all, rule

aten = torch.ops.aten


def reshaped(operator: Any) -> Callable[..., TracedBall]:
    def ruled(a: TracedBall, *args: Any, **keywords: Any) -> TracedBall:
        a.memory.settle()
        terms = a.summed()
        for part in (a.mid, a.rad, *(() if terms is None else (terms.sizes,))):
            operator(part, *args, **keywords)
        with no_dispatch():
            operator(a, *args, **keywords)
        return a

    return ruled


@rule(aten.resize_as_)
def resize_as(a: TracedBall, template: Any, **keywords: Any) -> Any:
    return RULES[aten.resize_.default](a, template.shape)


for name in ("squeeze_", "unsqueeze_", "t_", "transpose_", "swapaxes_", "swapdims_", "as_strided_", "resize_"):
    packet = getattr(aten, name)
    for overload in packet.overloads():
        enter_all(getattr(packet, overload), reshaped(getattr(packet, overload)))
