"""Mistakes in silu and silu_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.lecture03.mistakes.shared import grad_dropped, rounded, squeezed


def sigmoid(x: Any) -> Any:
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


@Right
def silu(x: Any) -> Any:
    return x * sigmoid(x)


@Right
def silu_backward(grad: Any, x: Any) -> Any:
    return grad * (sigmoid(x) * (1 + x * sigmoid(-x)))


def by_overflowing_quotient(grad: Any, x: Any) -> Any:
    s = np.exp(x) / (1 + np.exp(x))
    return grad * (s * (1 + x * (1 - s)))


MISTAKES: Final = (
    silu.wrong("x-left-out", lambda x: sigmoid(x),
        "This is the sigmoid alone; SiLU multiplies it by x.",
        "Try x = [100]."),
    silu.wrong("e-to-plus-x", lambda x: x * sigmoid(-x),
        "The minus of e^-x is missing: x / (1 + e^x) falls to 0 on the right.",
        "Try x = [10]: SiLU is close to x there."),
    silu.wrong("quick-gelu", lambda x: x * sigmoid(1.702 * x),
        "x σ(1.702 x) approximates GELU; SiLU has σ(x).",
        "Compare the value at x = 1 with σ(1)."),
    silu.wrong("x-added", lambda x: x + sigmoid(x),
        "The sigmoid is added to x; SiLU multiplies.",
        "Try x = [0]: f(x) is 0."),
    silu.wrong("relu", lambda x: np.maximum(x, 0),
        "This is ReLU; SiLU is a little below 0 on the left.",
        "Try x = [-1]."),
    silu.wrong("sigmoid-squared", lambda x: x * sigmoid(x) ** 2,
        "x is multiplied by the sigmoid twice.",
        "Try x = [1], and count the sigmoids."),
    silu.wrong("tanh-for-sigmoid", lambda x: x * np.tanh(x),
        "x is multiplied by tanh(x); SiLU has the sigmoid, which is near 0 on the left.",
        "Try x = [-10], where f(x) is all but 0."),
    rounded(silu),
    squeezed(silu, "(4, 1)"),
    silu.wrong("quotient-overflows", lambda x: x * np.exp(x) / (1 + np.exp(x)),
        "x e^x / (1 + e^x) is inf / inf = nan as soon as e^x overflows; x / (1 + e^-x) is x there.",
        "Try x = [100, 800].", costs="stability"),
    silu.wrong("input-clipped-at-20", lambda x: silu(np.clip(x, -20, 20)),
        "x is clipped to [-20, 20] against overflow, so f(x) never exceeds 20.",
        "Try x = [100].", costs="stability"),
    silu.float32_lost(lambda x: silu(np.array(x, dtype=float))),
    silu.written_to("in-place", lambda x: np.multiply(x, sigmoid(x), out=x), "x"),
    grad_dropped(silu_backward, lambda grad, x: silu_backward(np.ones_like(x), x)),
    silu_backward.wrong("first-term-only", lambda grad, x: grad * sigmoid(x),
        "Only σ(x) is left of the product rule: x σ'(x) is missing.",
        "Derive x σ(x) as a product of two functions of x."),
    silu_backward.wrong("second-term-only", lambda grad, x: grad * x * sigmoid(x) * sigmoid(-x),
        "Only x σ'(x) is left of the product rule: σ(x) is missing.",
        "Try x = [0]: the slope there is 1/2."),
    silu_backward.wrong("slope-of-sigmoid", lambda grad, x: grad * sigmoid(x) * sigmoid(-x),
        "This is the slope of the sigmoid; SiLU is x σ(x), and has the product rule.",
        "Try x = [100]: the slope of SiLU there is 1."),
    silu_backward.wrong("one-plus-sigmoid", lambda grad, x: grad * sigmoid(x) * (1 + x * (1 + sigmoid(x))),
        "1 + σ(x) stands where 1 - σ(x) is meant: σ'(x) is σ(x) (1 - σ(x)).",
        "Try x = [100]: the slope there is 1."),
    silu_backward.wrong("f-for-x", lambda grad, x: grad * sigmoid(x) * (1 + silu(x) * sigmoid(-x)),
        "f(x) stands where x is meant: σ(x) (1 + f(x) (1 - σ(x))).",
        "Derive x σ(x) once more, and see which factors are x."),
    silu_backward.wrong("negated", lambda grad, x: -silu_backward(grad, x),
        "The sign is turned: this is the negative slope.",
        "For x > 0 SiLU rises: compare the sign of the answer with that of grad.", sign="negated"),
    silu_backward.wrong("swapped", lambda grad, x: silu_backward(x, grad),
        "The arguments are swapped: grad is taken for x and x for grad.",
        "Compare the order of the arguments with the contract's: silu_backward(grad, x)."),
    silu_backward.wrong("divided-by-rows", lambda grad, x: silu_backward(grad, x) / len(x),
        "The gradient is averaged over the batch; only a loss takes a mean, and its 1/n is in grad already.",
        "Repeat every row of x and grad: no element of the answer should change."),
    silu_backward.wrong("quotient-overflows", by_overflowing_quotient,
        "The sigmoid e^x / (1 + e^x) is inf / inf = nan as soon as e^x overflows.",
        "Try x = [-800, 800].", costs="stability"),
    silu_backward.written_to("grad-in-place",
        lambda grad, x: np.multiply(grad, sigmoid(x) * (1 + x * sigmoid(-x)), out=grad), "grad"),
    silu_backward.state_kept(),
)  # fmt: skip
