"""Mistakes in gelu and gelu_backward."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.beyond.mistakes.activations.silu import sigmoid
from lectures.lecture03.mistakes.shared import grad_dropped, rounded, squeezed

_erf, _erfc = np.frompyfunc(math.erf, 1, 1), np.frompyfunc(math.erfc, 1, 1)


def erf(x: Any) -> Any:
    return np.asarray(_erf(x), x.dtype)


def normal(x: Any) -> Any:
    """Φ(x)."""
    return np.asarray(_erfc(-x / math.sqrt(2)), x.dtype) / 2


def density(x: Any) -> Any:
    """φ(x)."""
    return np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


@Right
def gelu(x: Any) -> Any:
    return x * normal(x)


@Right
def gelu_backward(grad: Any, x: Any) -> Any:
    return grad * (normal(x) + x * density(x))


def by_tanh(x: Any) -> Any:
    return x * sigmoid(2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x))


def quick_slope(grad: Any, x: Any) -> Any:
    s = sigmoid(1.702 * x)
    return grad * (s + 1.702 * x * s * (1 - s))


MISTAKES: Final = (
    gelu.wrong("by-tanh", by_tanh,
        "This is the form by tanh, which is off by up to 0.0005; the exact one by erf is asked.",
        "Compare the fourth decimal at x = 2: 1.9545 is right."),
    gelu.wrong("quick", lambda x: x * sigmoid(1.702 * x),
        "x σ(1.702 x) is off by up to 0.02; the exact form by erf is asked.",
        "Compare the second decimal at x = 2: 1.95 is right."),
    gelu.wrong("silu", lambda x: x * sigmoid(x),
        "This is SiLU: x is multiplied by the sigmoid, and not by Φ(x).",
        "Compare the first decimal at x = 1: 0.84 is right."),
    gelu.wrong("x-left-out", lambda x: normal(x),
        "This is Φ(x) alone; GELU multiplies it by x.",
        "Try x = [100]."),
    gelu.wrong("half-left-out", lambda x: 2 * gelu(x),
        "The 1/2 of Φ(x) = (1 + erf(x / √2)) / 2 is missing.",
        "Try x = [100]: f(x) is all but x.", sign="times 2"),
    gelu.wrong("root-left-out", lambda x: x / 2 * (1 + erf(x)),
        "erf is taken of x; Φ(x) has erf(x / √2).",
        "Compare the second decimal at x = 1: 0.84 is right."),
    gelu.wrong("two-for-its-root", lambda x: x / 2 * (1 + erf(x / 2)),
        "erf is taken of x / 2; Φ(x) has erf(x / √2).",
        "Compare the second decimal at x = 1: 0.84 is right."),
    gelu.wrong("one-left-out", lambda x: x / 2 * erf(x / math.sqrt(2)),
        "The 1 of 1 + erf(x / √2) is missing: what is left is even, and at most |x| / 2.",
        "Try x = [-100, 100]."),
    gelu.wrong("mirrored", lambda x: x * normal(-x),
        "1 - erf(x / √2), or erfc(x / √2), is 2 Φ(-x): the sign of x in it is turned.",
        "Try x = [100]: f(x) is all but x."),
    gelu.wrong("density", lambda x: x * density(x),
        "x is multiplied by the density φ(x); GELU has the distribution Φ(x), its integral.",
        "Try x = [100]: f(x) is all but x."),
    gelu.wrong("relu", lambda x: np.maximum(x, 0),
        "This is ReLU; GELU is a little below 0 on the left.",
        "Try x = [-1]."),
    rounded(gelu),
    squeezed(gelu, "(4, 1)"),
    gelu.float32_lost(lambda x: gelu(np.array(x, dtype=float))),
    gelu.written_to("in-place", lambda x: np.multiply(x, normal(x), out=x), "x"),
    grad_dropped(gelu_backward, lambda grad, x: gelu_backward(np.ones_like(x), x)),
    gelu_backward.wrong("first-term-only", lambda grad, x: grad * normal(x),
        "Only Φ(x) is left of the product rule: x φ(x) is missing.",
        "Derive x Φ(x) as a product of two functions of x."),
    gelu_backward.wrong("second-term-only", lambda grad, x: grad * (x * density(x)),
        "Only x φ(x) is left of the product rule: Φ(x) is missing.",
        "Try x = [0]: the slope there is 1/2."),
    gelu_backward.wrong("x-left-out", lambda grad, x: grad * (normal(x) + density(x)),
        "φ(x) is added without its factor x: the slope is Φ(x) + x φ(x).",
        "Try x = [0]: the slope there is 1/2."),
    gelu_backward.wrong("minus-second-term", lambda grad, x: grad * (normal(x) - x * density(x)),
        "x φ(x) is taken away; the product rule adds it.",
        "Try x = [1]: the slope there is above 1."),
    gelu_backward.wrong("density-not-scaled",
        lambda grad, x: grad * (normal(x) + x * np.exp(-x * x / 2)),
        "The density lacks its 1 / √(2π).",
        "Compare the slope at x = 1, 1.08, with (f(1.001) - f(1)) / 0.001."),
    gelu_backward.wrong("exponent-not-halved",
        lambda grad, x: grad * (normal(x) + x * np.exp(-x * x) / math.sqrt(2 * math.pi)),
        "The density has e^{-x²}; it is e^{-x²/2} / √(2π).",
        "Compare the slope at x = 1, 1.08, with (f(1.001) - f(1)) / 0.001."),
    gelu_backward.wrong("density-of-erf",
        lambda grad, x: grad * (normal(x) + x * np.exp(-x * x / 2) / math.sqrt(math.pi)),
        "The slope of erf(x / √2) / 2 is e^{-x²/2} / √(2π): the 1/√2 that x is divided by is missing from it.",
        "Derive erf(x / √2) by the chain rule."),
    gelu_backward.wrong("quick", quick_slope,
        "This is the slope of x σ(1.702 x); that of the exact form is Φ(x) + x φ(x).",
        "Compare the second decimal at x = 1: 1.08 is right."),
    gelu_backward.wrong("negated", lambda grad, x: -gelu_backward(grad, x),
        "The sign is turned: this is the negative slope.",
        "For x > 0 GELU rises: compare the sign of the answer with that of grad.", sign="negated"),
    gelu_backward.wrong("swapped", lambda grad, x: gelu_backward(x, grad),
        "The arguments are swapped: grad is taken for x and x for grad.",
        "Compare the order of the arguments with the contract's: gelu_backward(grad, x)."),
    gelu_backward.written_to("grad-in-place",
        lambda grad, x: np.multiply(grad, normal(x) + x * density(x), out=grad), "grad"),
    gelu_backward.state_kept(),
)  # fmt: skip
