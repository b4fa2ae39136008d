"""Mistakes in gelu_tanh and gelu_tanh_backward."""

from __future__ import annotations

from math import pi, sqrt
from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.beyond.mistakes.activations.gelu import density, normal
from lectures.beyond.mistakes.activations.silu import sigmoid
from lectures.lecture03.mistakes.shared import grad_dropped, rounded

ROOT: Final = sqrt(2 / pi)


def cubic(x: Any) -> Any:
    """u = √(2/π) (x + 0.044715 x³)."""
    return ROOT * (x + 0.044715 * (x * x * x))


def by(u: Any, x: Any) -> Any:
    """x/2 (1 + tanh(u))."""
    return x / 2 * (1 + np.tanh(u))


def slope(x: Any) -> Any:
    """u'."""
    return ROOT * (1 + 3 * 0.044715 * (x * x))


def flat(x: Any) -> Any:
    """1 - tanh²(u), without cancellation."""
    return 4 * sigmoid(2 * cubic(x)) * sigmoid(-2 * cubic(x))


@Right
def gelu_tanh(x: Any) -> Any:
    return by(cubic(x), x)


@Right
def gelu_tanh_backward(grad: Any, x: Any) -> Any:
    return both_terms(grad, x, x / 2 * flat(x) * slope(x))


def both_terms(grad: Any, x: Any, second: Any) -> Any:
    return grad * (sigmoid(2 * cubic(x)) + second)


MISTAKES: Final = (
    gelu_tanh.wrong("exact", lambda x: x * normal(x),
        "This is the exact form by erf; the one by tanh is asked, which differs from it by up to 0.0005.",
        "Compare the fourth decimal at x = 2: 1.9546 is right."),
    gelu_tanh.wrong("quick", lambda x: x * sigmoid(1.702 * x),
        "x σ(1.702 x) is another approximation, off by up to 0.02; the one by tanh is asked.",
        "Compare the second decimal at x = 2: 1.95 is right."),
    gelu_tanh.wrong("cube-left-out", lambda x: by(ROOT * x, x),
        "0.044715 x³ is missing: u is √(2/π) (x + 0.044715 x³).",
        "Compare the second decimal at x = 2: 1.95 is right."),
    gelu_tanh.wrong("square-for-cube", lambda x: by(ROOT * (x + 0.044715 * x * x), x),
        "x² stands where x³ is meant: u is √(2/π) (x + 0.044715 x³).",
        "u is odd: u(-x) should be -u(x)."),
    gelu_tanh.wrong("root-left-out", lambda x: by(2 / pi * (x + 0.044715 * x * x * x), x),
        "The factor is 2/π; u has its square root, 0.7979.",
        "Compare the second decimal at x = 1: 0.84 is right."),
    gelu_tanh.wrong("fraction-upside-down", lambda x: by(sqrt(pi / 2) * (x + 0.044715 * x * x * x), x),
        "The factor is √(π/2); u has √(2/π), 0.7979.",
        "Compare the second decimal at x = 1: 0.84 is right."),
    gelu_tanh.wrong("factor-left-out", lambda x: by(x + 0.044715 * x * x * x, x),
        "The factor √(2/π) of u is missing.",
        "Compare the second decimal at x = 1: 0.84 is right."),
    gelu_tanh.wrong("brackets-left-out", lambda x: by(ROOT * x + 0.044715 * x * x * x, x),
        "√(2/π) is multiplied by x alone; u is √(2/π) (x + 0.044715 x³).",
        "Look at the brackets of u, and compare the second decimal at x = 2: 1.95 is right."),
    gelu_tanh.wrong("constant-shifted", lambda x: by(ROOT * (x + 0.44715 * x * x * x), x),
        "0.44715 stands where 0.044715 is meant.",
        "Compare the digits of the constant."),
    gelu_tanh.wrong("half-left-out", lambda x: 2 * gelu_tanh(x),
        "The 1/2 of x/2 (1 + tanh(u)) is missing.",
        "Try x = [100]: f(x) is all but x.", sign="times 2"),
    gelu_tanh.wrong("one-left-out", lambda x: x / 2 * np.tanh(cubic(x)),
        "The 1 of 1 + tanh(u) is missing: what is left is even, and at most |x| / 2.",
        "Try x = [-100, 100]."),
    rounded(gelu_tanh),
    gelu_tanh.float32_lost(lambda x: gelu_tanh(np.array(x, dtype=float))),
    grad_dropped(gelu_tanh_backward, lambda grad, x: gelu_tanh_backward(np.ones_like(x), x)),
    gelu_tanh_backward.wrong("first-term-only", lambda grad, x: both_terms(grad, x, 0),
        "Only (1 + tanh(u)) / 2 is left of the product rule: what tanh(u) adds by its own slope is missing.",
        "Derive x/2 (1 + tanh(u)) as a product of two functions of x."),
    gelu_tanh_backward.wrong("inner-slope-left-out", lambda grad, x: both_terms(grad, x, x / 2 * flat(x)),
        "The inner slope u' is missing: the chain rule multiplies 1 - tanh²(u) by it.",
        "Derive tanh(u(x)) by the chain rule."),
    gelu_tanh_backward.wrong("inner-slope-of-a-line", lambda grad, x: both_terms(grad, x, x / 2 * flat(x) * ROOT),
        "u' is √(2/π) alone; the slope of 0.044715 x³ is missing.",
        "Derive u = √(2/π) (x + 0.044715 x³)."),
    gelu_tanh_backward.wrong("three-left-out",
        lambda grad, x: both_terms(grad, x, x / 2 * flat(x) * ROOT * (1 + 0.044715 * x * x)),
        "The slope of x³ is 3 x²: the 3 is missing.",
        "Derive u = √(2/π) (x + 0.044715 x³)."),
    gelu_tanh_backward.wrong("root-left-out",
        lambda grad, x: both_terms(grad, x, x / 2 * flat(x) * (1 + 3 * 0.044715 * (x * x))),
        "The factor √(2/π) of u' is missing.",
        "Derive u = √(2/π) (x + 0.044715 x³)."),
    gelu_tanh_backward.wrong("x-left-out", lambda grad, x: both_terms(grad, x, flat(x) * slope(x) / 2),
        "The second term lacks the x in front of (1 + tanh(u)) / 2.",
        "Try x = [0]: the slope there is 1/2."),
    gelu_tanh_backward.wrong("half-left-out", lambda grad, x: both_terms(grad, x, x * flat(x) * slope(x)),
        "The second term lacks its 1/2.",
        "Compare the slope at x = 1, 1.08, with (f(1.001) - f(1)) / 0.001."),
    gelu_tanh_backward.wrong("tanh-not-squared",
        lambda grad, x: both_terms(grad, x, x / 2 * (1 - np.tanh(cubic(x))) * slope(x)),
        "1 - tanh(u) stands where 1 - tanh²(u) is meant, the slope of tanh.",
        "Compare the slope at x = 1, 1.08, with (f(1.001) - f(1)) / 0.001."),
    gelu_tanh_backward.wrong("exact", lambda grad, x: grad * (normal(x) + x * density(x)),
        "This is the slope of the exact form by erf; that of the form by tanh is asked.",
        "Compare the third decimal at x = 2: 1.086 is right."),
    gelu_tanh_backward.wrong("negated", lambda grad, x: -gelu_tanh_backward(grad, x),
        "The sign is turned: this is the negative slope.",
        "For x > 0 GELU rises: compare the sign of the answer with that of grad.", sign="negated"),
    gelu_tanh_backward.wrong("swapped", lambda grad, x: gelu_tanh_backward(x, grad),
        "The arguments are swapped: grad is taken for x and x for grad.",
        "Compare the order of the arguments with the contract's: gelu_tanh_backward(grad, x)."),
    gelu_tanh_backward.state_kept(),
)  # fmt: skip
