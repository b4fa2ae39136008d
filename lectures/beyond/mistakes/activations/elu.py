"""Mistakes in elu and elu_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.lecture03.mistakes.shared import grad_dropped


def left(x: Any) -> Any:
    """e^x - 1 where x is not above 0."""
    return np.expm1(np.minimum(x, 0))


def e(x: Any) -> Any:
    """e^x where x is not above 0."""
    return np.exp(np.minimum(x, 0))


@Right
def elu(x: Any, alpha: float = 1.0) -> Any:
    return np.where(x > 0, x, alpha * left(x))


@Right
def elu_backward(grad: Any, x: Any, alpha: float = 1.0) -> Any:
    return np.where(x > 0, grad, grad * (alpha * e(x)))


def in_place(x: Any, alpha: float = 1.0) -> Any:
    x[x < 0] = alpha * np.expm1(x[x < 0])
    return x


def grad_in_place(grad: Any, x: Any, alpha: float = 1.0) -> Any:
    grad[x <= 0] *= alpha * np.exp(x[x <= 0])
    return grad


MISTAKES: Final = (
    elu.wrong("alpha-ignored", lambda x, alpha=1.0: elu(x, 1.0),
        "α is always 1, whatever is passed.",
        "Try x = [-1] with α = 0.5."),
    elu.wrong("one-left-out", lambda x, alpha=1.0: np.where(x > 0, x, alpha * e(x)),
        "The answer is α e^x for x <= 0; ELU has α (e^x - 1), which meets the line at 0.",
        "Try x = [0, -100]: f is 0 there, and -α."),
    elu.wrong("alpha-in-front-of-e", lambda x, alpha=1.0: np.where(x > 0, x, alpha * e(x) - 1),
        "α e^x - 1 multiplies e^x alone; ELU has α (e^x - 1).",
        "Try x = [0] with α = 0.5: f is 0 there."),
    elu.wrong("alpha-in-exponent", lambda x, alpha=1.0: np.where(x > 0, x, left(alpha * x)),
        "α stands in the exponent: e^{αx} - 1; ELU has α (e^x - 1).",
        "Try x = [-100] with α = 0.5: f is -α there."),
    elu.wrong("leaky-relu", lambda x, alpha=1.0: np.where(x > 0, x, alpha * x),
        "For x < 0 the answer is α x, as of Leaky ReLU; ELU has α (e^x - 1).",
        "Try x = [-100]: f is -α there."),
    elu.wrong("relu", lambda x, alpha=1.0: np.maximum(x, 0),
        "This is ReLU: for x < 0 ELU has α (e^x - 1), not 0.",
        "Try x = [-1]."),
    elu.wrong("e-to-minus-x", lambda x, alpha=1.0: np.where(x > 0, x, alpha * np.expm1(-x)),
        "The exponent is -x, so that f grows to the left; ELU has e^x - 1.",
        "Try x = [-1, -2]: no value is below -α, or above 0."),
    elu.wrong("minus-alpha", lambda x, alpha=1.0: elu(x, -alpha),
        "For x < 0 the answer is positive: 1 - e^x stands where e^x - 1 is meant.",
        "Try x = [-1] and look at the sign."),
    elu.wrong("added-to-both-sides", lambda x, alpha=1.0: elu(x, alpha) + np.where(x > 0, alpha, 0).astype(x.dtype),
        "α is added for x > 0, where ELU is x itself.",
        "Try x = [1] with α = 0.5."),
    elu.wrong("alpha-on-both-sides", lambda x, alpha=1.0: alpha * elu(x, 1.0),
        "α scales both sides; for x > 0 ELU is x itself.",
        "Try x = [1] with α = 0.5."),
    elu.wrong("product-overflows",
        lambda x, alpha=1.0: x * (x > 0) + alpha * np.expm1(x) * (x <= 0),
        "e^x overflows for a large x, and inf times the 0 of x <= 0 is nan.",
        "Try x = [1000]: take the minimum of x and 0 first.", costs="stability"),
    elu.float32_lost(lambda x, alpha=1.0: elu(x.astype(float), alpha)),
    elu.written_to("in-place", in_place, "x"),
    grad_dropped(elu_backward, lambda grad, x, alpha=1.0: elu_backward(np.ones_like(grad), x, alpha)),
    elu_backward.wrong("slope-1-at-zero", lambda grad, x, alpha=1.0: np.where(x >= 0, grad, grad * (alpha * e(x))),
        "At x = 0 the slope is taken as 1; by convention (torch's, too) it is α.",
        "Try x = [-1, 0, 1] with grad = [1, 1, 1] and α = 0.5.", costs="edges"),
    elu_backward.wrong("alpha-ignored", lambda grad, x, alpha=1.0: elu_backward(grad, x, 1.0),
        "α is always 1, whatever is passed: the slope for x <= 0 is α e^x.",
        "Try x = [-1] with grad = [1] and α = 0.5."),
    elu_backward.wrong("times-elu", lambda grad, x, alpha=1.0: np.where(x > 0, grad, grad * (alpha * left(x))),
        "For x <= 0 grad is multiplied by f(x); the slope there is α e^x = f(x) + α.",
        "Derive α (e^x - 1): what is the slope of the constant?"),
    elu_backward.wrong("one-for-alpha", lambda grad, x, alpha=1.0: np.where(x > 0, grad, grad * (alpha * left(x) + 1)),
        "f(x) + 1 stands for the slope α e^x, which is f(x) + α.",
        "Try x = [-100] with α = 0.5: the slope there is 0."),
    elu_backward.wrong("leaky-relu", lambda grad, x, alpha=1.0: np.where(x > 0, grad, alpha * grad),
        "For x < 0 the slope is α, as of Leaky ReLU; that of ELU is α e^x.",
        "Try x = [-100]: ELU is flat there."),
    elu_backward.wrong("relu", lambda grad, x, alpha=1.0: np.where(x > 0, grad, 0),
        "This is the gradient of ReLU: for x < 0 the slope of ELU is α e^x.",
        "Try x = [-1] with grad = [100]."),
    elu_backward.wrong("e-to-minus-x",
        lambda grad, x, alpha=1.0: np.where(x > 0, grad, grad * (alpha * np.exp(-x))),
        "The exponent is -x, so that the slope grows to the left; it is α e^x.",
        "Try x = [-10]: ELU is all but flat there."),
    elu_backward.wrong("alpha-on-both-sides", lambda grad, x, alpha=1.0: alpha * elu_backward(grad, x, 1.0),
        "α scales both sides; for x > 0 the slope is 1.",
        "Try x = [1] with grad = [1] and α = 0.5."),
    elu_backward.wrong("mask-from-grad",
        lambda grad, x, alpha=1.0: np.where(grad > 0, grad, grad * (alpha * e(x))),
        "The sign of grad decides instead of that of x.",
        "Try x = [1, -1] with grad = [-1, 1]."),
    elu_backward.wrong("product-overflows",
        lambda grad, x, alpha=1.0: grad * ((x > 0) + alpha * np.exp(x) * (x <= 0)),
        "e^x overflows for a large x, and inf times the 0 of x <= 0 is nan.",
        "Try x = [1000]: take the minimum of x and 0 first.", costs="stability"),
    elu_backward.written_to("grad-in-place", grad_in_place, "grad"),
    elu_backward.state_kept(),
)  # fmt: skip
