"""Mistakes in leaky_relu and leaky_relu_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.lecture03.mistakes.shared import grad_dropped


@Right
def leaky_relu(x: Any, alpha: float = 0.01) -> Any:
    return np.where(x < 0, alpha * x, x)


@Right
def leaky_relu_backward(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    return np.where(x > 0, grad, alpha * grad)


def in_place(x: Any, alpha: float = 0.01) -> Any:
    x[x < 0] *= alpha
    return x


def grad_in_place(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    grad[x <= 0] *= alpha
    return grad


MISTAKES: Final = (
    leaky_relu.wrong("alpha-ignored", lambda x, alpha=0.01: leaky_relu(x, 0.01),
        "The slope for x < 0 is always 0.01, whatever α is passed.",
        "Try x = [-1] with α = 0.5."),
    leaky_relu.wrong("alpha-a-tenth", lambda x, alpha=0.01: leaky_relu(x, 0.1),
        "The slope for x < 0 is always 0.1, whatever α is passed.",
        "Try x = [-1] with α = 0.01."),
    leaky_relu.wrong("no-leak", lambda x, alpha=0.01: np.maximum(x, 0),
        "This is ReLU: for x < 0 the slide's leaky one has α x, not 0.",
        "Try x = [-100, 1]."),
    leaky_relu.wrong("wrong-side", lambda x, alpha=0.01: np.where(x < 0, x, alpha * x),
        "The cases are swapped: α x stands where x >= 0, x where x < 0.",
        "Try x = [-1, 1]: which side does the slide scale?"),
    leaky_relu.wrong("both-sides", lambda x, alpha=0.01: alpha * x,
        "Every x is multiplied by α; for x >= 0 the slide has x itself.",
        "Try x = [-1, 1]."),
    leaky_relu.wrong("minus-alpha", lambda x, alpha=0.01: leaky_relu(x, -alpha),
        "For x < 0 the answer is -α x: a positive value where Leaky ReLU is negative.",
        "Try x = [-1] and look at the sign."),
    leaky_relu.wrong("alpha-without-x", lambda x, alpha=0.01: np.where(x < 0, np.full_like(x, alpha), x),
        "For x < 0 the answer is α itself; the slide has α times x.",
        "Try x = [-1, -2]: the two values should differ."),
    leaky_relu.wrong("alpha-added", lambda x, alpha=0.01: np.where(x < 0, x + alpha, x),
        "For x < 0 α is added to x; the slide multiplies.",
        "Try x = [-1, -2]: the second value should be twice the first."),
    leaky_relu.wrong("divided-by-alpha", lambda x, alpha=0.01: np.where(x < 0, x / np.asarray(alpha, x.dtype), x),
        "For x < 0 x is divided by α; the slide multiplies.",
        "Try x = [-1] with α = 0.5: the left side is the flatter one."),
    leaky_relu.wrong("leak-added-everywhere", lambda x, alpha=0.01: np.maximum(x, 0) + alpha * x,
        "α x is added for x > 0 as well, where the slope becomes 1 + α.",
        "Try x = [1] with α = 0.5."),
    leaky_relu.wrong("maximum-of-alpha", lambda x, alpha=0.01: np.maximum(x, alpha),
        "The larger of x and α is taken; the slide has α times x where x < 0.",
        "Try x = [-1, -2]: the two values should differ."),
    leaky_relu.wrong("exponential", lambda x, alpha=0.01: np.where(x < 0, alpha * np.expm1(x), x),
        "For x < 0 the answer is α (e^x - 1): this is ELU, and the slide's line is straight.",
        "Try x = [-1, -2, -3]: the steps should be equal."),
    leaky_relu.float32_lost(lambda x, alpha=0.01: x * np.where(x < 0, alpha, 1.0)),
    leaky_relu.written_to("in-place", in_place, "x"),
    leaky_relu_backward.wrong("slope-1-at-zero", lambda grad, x, alpha=0.01: np.where(x >= 0, grad, alpha * grad),
        "At x = 0 the slope is taken as 1; by convention (torch's, too) it is α.",
        "Try x = [-1, 0, 1] with grad = [1, 1, 1].", costs="edges"),
    leaky_relu_backward.wrong("slope-0-at-zero",
        lambda grad, x, alpha=0.01: np.where(x == 0, 0, leaky_relu_backward(grad, x, alpha)),
        "At x = 0 the slope is taken as 0, as for ReLU; by convention (torch's, too) it is α.",
        "Try x = [-1, 0, 1] with grad = [1, 1, 1].", costs="edges"),
    leaky_relu_backward.wrong("alpha-ignored", lambda grad, x, alpha=0.01: leaky_relu_backward(grad, x, 0.01),
        "The slope for x < 0 is always 0.01, whatever α is passed.",
        "Try x = [-1] with grad = [1] and α = 0.5."),
    leaky_relu_backward.wrong("alpha-ignored-slope-1-at-zero",
        lambda grad, x, alpha=0.01: np.where(x >= 0, grad, 0.01 * grad),
        "Two at once: the slope for x < 0 is always 0.01, whatever α is passed, and at x = 0 it is 1 instead of α.",
        "Try x = [-1, 0, 1] with grad = [1, 1, 1] and α = 0.5."),
    leaky_relu_backward.wrong("no-leak", lambda grad, x, alpha=0.01: np.where(x > 0, grad, 0),
        "This is the gradient of ReLU: for x < 0 the leaky one lets α grad through.",
        "Try x = [-1] with grad = [100]."),
    grad_dropped(leaky_relu_backward, lambda grad, x, alpha=0.01: leaky_relu_backward(np.ones_like(grad), x, alpha)),
    leaky_relu_backward.wrong("grad-dropped-left",
        lambda grad, x, alpha=0.01: np.where(x > 0, grad, np.full_like(x, alpha)),
        "For x < 0 the answer is α alone: the upstream gradient is left out on that side.",
        "Try x = [-1] and double grad: the answer should double."),
    leaky_relu_backward.wrong("times-leaky-relu", lambda grad, x, alpha=0.01: grad * leaky_relu(x, alpha),
        "grad is multiplied by f(x); the chain rule multiplies by the slope f'(x), which is α or 1.",
        "Try x = [1, 2, 3]: the slope is the same at all three."),
    leaky_relu_backward.wrong("wrong-side", lambda grad, x, alpha=0.01: np.where(x > 0, alpha * grad, grad),
        "The cases are swapped: α grad where x > 0, grad where x < 0.",
        "Try x = [-1, 1]: which side is the flat one?"),
    leaky_relu_backward.wrong("mask-from-grad", lambda grad, x, alpha=0.01: leaky_relu(grad, alpha),
        "The sign of grad decides instead of that of x.",
        "Try x = [1, -1] with grad = [-1, 1]."),
    leaky_relu_backward.wrong("minus-alpha", lambda grad, x, alpha=0.01: leaky_relu_backward(grad, x, -alpha),
        "For x < 0 the slope is taken as -α; the line α x rises on that side, too.",
        "Try x = [-1] with grad = [1] and look at the sign."),
    leaky_relu_backward.wrong("alpha-squared", lambda grad, x, alpha=0.01: leaky_relu_backward(grad, x, alpha * alpha),
        "For x < 0 grad is multiplied by α twice.",
        "Try x = [-1] with grad = [1] and α = 0.5; count where α enters."),
    leaky_relu_backward.float32_lost(lambda grad, x, alpha=0.01: grad * np.where(x > 0, 1.0, alpha)),
    leaky_relu_backward.written_to("grad-in-place", grad_in_place, "grad"),
    leaky_relu_backward.state_kept(),
)  # fmt: skip
