"""Each formula as a function of one number, with its derivative, as both sides compute them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from gradecheck.contracts import CONTRACTS
from gradecheck.implementation import Implementation
from gradecheck.reporting.records import Curve, Numbers

POINTS: Final = 161
Call = Callable[..., Any]
"""A function's name and its arguments in, its result out."""


@dataclass(frozen=True)
class _Sketch:
    """How a formula is drawn: what the number x is, from where to where, and the arguments it stands for.

    upstream: what the backward function gets before the arguments, if it gets any. The first elements are drawn.
    """

    of: str
    low: float
    high: float
    arguments: Callable[[float], tuple[Any, ...]]
    upstream: tuple[float, ...] | None = None


def _one(x: float) -> tuple[Any, ...]:
    return (np.array([x]),)


SKETCHES: Final[Mapping[str, _Sketch]] = MappingProxyType(
    {
        "sigmoid": _Sketch("x", -6, 6, _one, (1.0,)),
        "tanh": _Sketch("x", -4, 4, _one, (1.0,)),
        "relu": _Sketch("x", -2, 2, _one, (1.0,)),
        "leaky_relu": _Sketch("x, alpha = 0.1", -2, 2, lambda x: (np.array([x]), 0.1), (1.0,)),
        "softmax": _Sketch("x₁ of two classes, x₂ = 0", -6, 6, lambda x: (np.array([x, 0.0]),), (1.0, 0.0)),
        "mse": _Sketch("ŷ, y = 1", -1, 3, lambda x: (np.array([x]), np.array([1.0]))),
        "cross_entropy": _Sketch("p of the right class", 0.05, 1, lambda x: (np.array([x]), np.array([1.0]))),
        "softmax_cross_entropy": _Sketch(
            "x₁ of two classes, x₂ = 0, t = (1, 0)", -6, 6, lambda x: (np.array([x, 0.0]), np.array([1.0, 0.0]))
        ),
    }
)


def curve(subject: str, implementation: Implementation, device: str = "cpu") -> Curve | None:
    """The formula's curve; None where it has none, or the implementation cannot be drawn."""
    from gradecheck.tensors import run_reference

    sketch = SKETCHES.get(subject)
    if sketch is None:
        return None

    def ours(name: str, *arguments: Any) -> Any:
        return implementation.functions[name](*arguments)

    def theirs(name: str, *arguments: Any) -> Any:
        return run_reference(CONTRACTS[name], arguments, device)[0]

    x = np.linspace(sketch.low, sketch.high, POINTS)
    try:
        values, slopes = _drawn(ours, subject, sketch, x)
    except (Exception, SystemExit):  # its verdict says what it does wrong; there is only no picture
        return None
    reference_values, reference_slopes = _drawn(theirs, subject, sketch, x)
    return Curve(subject, sketch.of, tuple(x.tolist()), values, reference_values, slopes, reference_slopes)


def _drawn(call: Call, subject: str, sketch: _Sketch, x: Any) -> tuple[Numbers, Numbers]:
    upstream = () if sketch.upstream is None else (np.array(sketch.upstream),)
    values, slopes = [], []
    for at in x.tolist():
        arguments = sketch.arguments(at)
        values.append(float(np.ravel(call(subject, *arguments))[0]))
        slopes.append(float(np.ravel(call(f"{subject}_backward", *upstream, *arguments))[0]))
    return tuple(values), tuple(slopes)
