"""Mistakes in leaky_relu and leaky_relu_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.habits import accumulating
from gradecheck.packs.mistakes.hygiene import float32_lost, state_kept, written_to


def right(x: Any, alpha: float = 0.01) -> Any:
    return np.where(x < 0, alpha * x, x)


def right_backward(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    return np.where(x > 0, grad, alpha * grad)


# -- leaky_relu


def alpha_ignored(x: Any, alpha: float = 0.01) -> Any:
    return right(x, 0.01)


def alpha_a_tenth(x: Any, alpha: float = 0.01) -> Any:
    return right(x, 0.1)


def no_leak(x: Any, alpha: float = 0.01) -> Any:
    return np.maximum(x, 0)


def wrong_side(x: Any, alpha: float = 0.01) -> Any:
    return np.where(x < 0, x, alpha * x)


def both_sides(x: Any, alpha: float = 0.01) -> Any:
    return alpha * x


def minus_alpha(x: Any, alpha: float = 0.01) -> Any:
    return right(x, -alpha)


def alpha_without_x(x: Any, alpha: float = 0.01) -> Any:
    return np.where(x < 0, alpha, x).astype(x.dtype)


def alpha_added(x: Any, alpha: float = 0.01) -> Any:
    return np.where(x < 0, x + alpha, x)


def divided_by_alpha(x: Any, alpha: float = 0.01) -> Any:
    return np.where(x < 0, x / np.asarray(alpha, x.dtype), x)


def leak_added_everywhere(x: Any, alpha: float = 0.01) -> Any:
    return np.maximum(x, 0) + alpha * x


def maximum_of_alpha(x: Any, alpha: float = 0.01) -> Any:
    return np.maximum(x, alpha)


def exponential(x: Any, alpha: float = 0.01) -> Any:
    return np.where(x < 0, alpha * np.expm1(x), x)


def slopes_in_float64(x: Any, alpha: float = 0.01) -> Any:
    return x * np.where(x < 0, alpha, 1.0)


def in_place(x: Any, alpha: float = 0.01) -> Any:
    x[x < 0] *= alpha
    return x


# -- leaky_relu_backward


def slope_1_at_zero(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    return np.where(x >= 0, grad, alpha * grad)


def slope_0_at_zero(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    return np.where(x == 0, 0, right_backward(grad, x, alpha))


def alpha_ignored_backward(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    return right_backward(grad, x, 0.01)


def alpha_ignored_slope_1_at_zero(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    return slope_1_at_zero(grad, x, 0.01)


def no_leak_backward(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    return np.where(x > 0, grad, 0)


def grad_dropped(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    return right_backward(np.ones_like(grad), x, alpha)


def grad_dropped_left(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    return np.where(x > 0, grad, alpha).astype(x.dtype)


def times_leaky_relu(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    return grad * right(x, alpha)


def wrong_side_backward(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    return np.where(x > 0, alpha * grad, grad)


def mask_from_grad(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    return right(grad, alpha)


def minus_alpha_backward(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    return right_backward(grad, x, -alpha)


def alpha_squared(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    return right_backward(grad, x, alpha * alpha)


def slopes_in_float64_backward(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    return grad * np.where(x > 0, 1.0, alpha)


def grad_in_place(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    grad[x <= 0] *= alpha
    return grad


MISTAKES: Final = (
    Mistake(
        "leaky_relu/alpha-ignored",
        "leaky_relu",
        alpha_ignored,
        "The slope for x < 0 is always 0.01, whatever α is passed.",
        "Try x = [-1] with α = 0.5.",
    ),
    Mistake(
        "leaky_relu/alpha-a-tenth",
        "leaky_relu",
        alpha_a_tenth,
        "The slope for x < 0 is always 0.1, whatever α is passed.",
        "Try x = [-1] with α = 0.01.",
    ),
    Mistake(
        "leaky_relu/no-leak",
        "leaky_relu",
        no_leak,
        "This is ReLU: for x < 0 the slide's leaky one has α x, not 0.",
        "Try x = [-100, 1].",
    ),
    Mistake(
        "leaky_relu/wrong-side",
        "leaky_relu",
        wrong_side,
        "The cases are swapped: α x stands where x >= 0, x where x < 0.",
        "Try x = [-1, 1]: which side does the slide scale?",
    ),
    Mistake(
        "leaky_relu/both-sides",
        "leaky_relu",
        both_sides,
        "Every x is multiplied by α; for x >= 0 the slide has x itself.",
        "Try x = [-1, 1].",
    ),
    Mistake(
        "leaky_relu/minus-alpha",
        "leaky_relu",
        minus_alpha,
        "For x < 0 the answer is -α x: a positive value where Leaky ReLU is negative.",
        "Try x = [-1] and look at the sign.",
    ),
    Mistake(
        "leaky_relu/alpha-without-x",
        "leaky_relu",
        alpha_without_x,
        "For x < 0 the answer is α itself; the slide has α times x.",
        "Try x = [-1, -2]: the two values should differ.",
    ),
    Mistake(
        "leaky_relu/alpha-added",
        "leaky_relu",
        alpha_added,
        "For x < 0 α is added to x; the slide multiplies.",
        "Try x = [-1, -2]: the second value should be twice the first.",
    ),
    Mistake(
        "leaky_relu/divided-by-alpha",
        "leaky_relu",
        divided_by_alpha,
        "For x < 0 x is divided by α; the slide multiplies.",
        "Try x = [-1] with α = 0.5: the left side is the flatter one.",
    ),
    Mistake(
        "leaky_relu/leak-added-everywhere",
        "leaky_relu",
        leak_added_everywhere,
        "α x is added for x > 0 as well, where the slope becomes 1 + α.",
        "Try x = [1] with α = 0.5.",
    ),
    Mistake(
        "leaky_relu/maximum-of-alpha",
        "leaky_relu",
        maximum_of_alpha,
        "The larger of x and α is taken; the slide has α times x where x < 0.",
        "Try x = [-1, -2]: the two values should differ.",
    ),
    Mistake(
        "leaky_relu/exponential",
        "leaky_relu",
        exponential,
        "For x < 0 the answer is α (e^x - 1): this is ELU, and the slide's line is straight.",
        "Try x = [-1, -2, -3]: the steps should be equal.",
    ),
    float32_lost("leaky_relu", slopes_in_float64),
    written_to("leaky_relu/in-place", in_place, "x"),
    Mistake(
        "leaky_relu_backward/slope-1-at-zero",
        "leaky_relu_backward",
        slope_1_at_zero,
        "At x = 0 the slope is taken as 1; by convention (torch's, too) it is α.",
        "Try x = [-1, 0, 1] with grad = [1, 1, 1].",
        costs="edges",
    ),
    Mistake(
        "leaky_relu_backward/slope-0-at-zero",
        "leaky_relu_backward",
        slope_0_at_zero,
        "At x = 0 the slope is taken as 0, as for ReLU; by convention (torch's, too) it is α.",
        "Try x = [-1, 0, 1] with grad = [1, 1, 1].",
        costs="edges",
    ),
    Mistake(
        "leaky_relu_backward/alpha-ignored",
        "leaky_relu_backward",
        alpha_ignored_backward,
        "The slope for x < 0 is always 0.01, whatever α is passed.",
        "Try x = [-1] with grad = [1] and α = 0.5.",
    ),
    Mistake(
        "leaky_relu_backward/alpha-ignored-slope-1-at-zero",
        "leaky_relu_backward",
        alpha_ignored_slope_1_at_zero,
        "Two at once: the slope for x < 0 is always 0.01, whatever α is passed, and at x = 0 it is 1 instead of α.",
        "Try x = [-1, 0, 1] with grad = [1, 1, 1] and α = 0.5.",
    ),
    Mistake(
        "leaky_relu_backward/no-leak",
        "leaky_relu_backward",
        no_leak_backward,
        "This is the gradient of ReLU: for x < 0 the leaky one lets α grad through.",
        "Try x = [-1] with grad = [100].",
    ),
    Mistake(
        "leaky_relu_backward/grad-dropped",
        "leaky_relu_backward",
        grad_dropped,
        "The upstream gradient is left out: this is f'(x), not ∂L/∂x = ∂L/∂f f'(x).",
        "Double grad: the answer should double.",
    ),
    Mistake(
        "leaky_relu_backward/grad-dropped-left",
        "leaky_relu_backward",
        grad_dropped_left,
        "For x < 0 the answer is α alone: the upstream gradient is left out on that side.",
        "Try x = [-1] and double grad: the answer should double.",
    ),
    Mistake(
        "leaky_relu_backward/times-leaky-relu",
        "leaky_relu_backward",
        times_leaky_relu,
        "grad is multiplied by f(x); the chain rule multiplies by the slope f'(x), which is α or 1.",
        "Try x = [1, 2, 3]: the slope is the same at all three.",
    ),
    Mistake(
        "leaky_relu_backward/wrong-side",
        "leaky_relu_backward",
        wrong_side_backward,
        "The cases are swapped: α grad where x > 0, grad where x < 0.",
        "Try x = [-1, 1]: which side is the flat one?",
    ),
    Mistake(
        "leaky_relu_backward/mask-from-grad",
        "leaky_relu_backward",
        mask_from_grad,
        "The sign of grad decides instead of that of x.",
        "Try x = [1, -1] with grad = [-1, 1].",
    ),
    Mistake(
        "leaky_relu_backward/minus-alpha",
        "leaky_relu_backward",
        minus_alpha_backward,
        "For x < 0 the slope is taken as -α; the line α x rises on that side, too.",
        "Try x = [-1] with grad = [1] and look at the sign.",
    ),
    Mistake(
        "leaky_relu_backward/alpha-squared",
        "leaky_relu_backward",
        alpha_squared,
        "For x < 0 grad is multiplied by α twice.",
        "Try x = [-1] with grad = [1] and α = 0.5; count where α enters.",
    ),
    float32_lost("leaky_relu_backward", slopes_in_float64_backward),
    written_to("leaky_relu_backward/grad-in-place", grad_in_place, "grad"),
    state_kept("leaky_relu_backward", accumulating(right_backward)),
)
