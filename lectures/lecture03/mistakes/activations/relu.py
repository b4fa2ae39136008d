"""Mistakes in relu and relu_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.habits import accumulating, as_list
from gradecheck.packs.mistakes.hygiene import float32_lost, state_kept, written_to


def right(x: Any) -> Any:
    return np.maximum(x, 0)


def right_backward(grad: Any, x: Any) -> Any:
    return np.where(x > 0, grad, 0)


# -- relu


def identity(x: Any) -> Any:
    return x.copy()


def absolute(x: Any) -> Any:
    return np.abs(x)


def wrong_side(x: Any) -> Any:
    return np.minimum(x, 0)


def step(x: Any) -> Any:
    return (x > 0).astype(x.dtype)


def leaking(x: Any) -> Any:
    return np.where(x < 0, 0.01 * x, x)


def capped_at_6(x: Any) -> Any:
    return np.clip(x, 0, 6)


def threshold(x: Any) -> Any:
    return np.where(x > 1e-7, x, 0)


def max_for_maximum(x: Any) -> Any:
    return np.max(0, x)


def largest_of_all(x: Any) -> Any:
    return max(x.max(), 0) * np.ones_like(x)


def one_if_for_all(x: Any) -> Any:
    return x.copy() if (x > 0).any() else np.zeros_like(x)


def one_at_zero(x: Any) -> Any:
    return np.where(x == 0, 1, right(x))


def flat(x: Any) -> Any:
    return np.array([max(v, 0) for v in x.ravel()], x.dtype)


def zeros_in_float64(x: Any) -> Any:
    f = np.zeros(x.shape)
    f[x > 0] = x[x > 0]
    return f


def in_place(x: Any) -> Any:
    x[x < 0] = 0
    return x


# -- relu_backward


def slope_1_at_zero(grad: Any, x: Any) -> Any:
    return np.where(x >= 0, grad, 0)


def slope_half_at_zero(grad: Any, x: Any) -> Any:
    return np.where(x == 0, grad / 2, right_backward(grad, x))


def mask_from_grad(grad: Any, x: Any) -> Any:
    return np.where(grad > 0, grad, 0)


def mask_from_both(grad: Any, x: Any) -> Any:
    return np.where((x > 0) & (grad > 0), grad, 0)


def no_mask(grad: Any, x: Any) -> Any:
    return grad.copy()


def grad_dropped(grad: Any, x: Any) -> Any:
    return step(x)


def times_relu(grad: Any, x: Any) -> Any:
    return grad * right(x)


def mask_inverted(grad: Any, x: Any) -> Any:
    return np.where(x < 0, grad, 0)


def negated(grad: Any, x: Any) -> Any:
    return -right_backward(grad, x)


def leaking_backward(grad: Any, x: Any) -> Any:
    return np.where(x > 0, grad, 0.01 * grad)


def swapped_slope_1_at_zero(grad: Any, x: Any) -> Any:
    return slope_1_at_zero(x, grad)


def mask_in_float64(grad: Any, x: Any) -> Any:
    return grad * np.where(x > 0, 1.0, 0.0)


def grad_in_place(grad: Any, x: Any) -> Any:
    grad[x <= 0] = 0
    return grad


MISTAKES: Final = (
    Mistake(
        "relu/identity",
        "relu",
        identity,
        "x comes back as it is: the case x < 0 of the slide is missing.",
        "Try x = [-1, 0, 1].",
    ),
    Mistake(
        "relu/absolute",
        "relu",
        absolute,
        "For x < 0 the answer is -x; the slide has 0 there.",
        "Try x = [-1, 0, 1].",
    ),
    Mistake(
        "relu/wrong-side",
        "relu",
        wrong_side,
        "The cases are swapped: x is kept for x < 0 and becomes 0 otherwise.",
        "Try x = [-1, 0, 1]: which side is kept on the slide?",
    ),
    Mistake(
        "relu/step",
        "relu",
        step,
        "The answer is 0 or 1: this is the slope of ReLU, not ReLU itself.",
        "Try x = [-1, 1, 3].",
    ),
    Mistake(
        "relu/leaking",
        "relu",
        leaking,
        "This is Leaky ReLU: for x < 0 ReLU is 0, without any α x.",
        "Try x = [-100, 1].",
    ),
    Mistake(
        "relu/capped-at-6",
        "relu",
        capped_at_6,
        "Values above 6 are cut (ReLU6); the slide's ReLU has no upper end.",
        "Try x = [5, 10].",
    ),
    Mistake(
        "relu/threshold",
        "relu",
        threshold,
        "Small positive x become 0: the kink is at 1e-7 instead of 0.",
        "Try x = [1e-10, 1e-3].",
        costs="stability",
    ),
    Mistake(
        "relu/max-for-maximum",
        "relu",
        max_for_maximum,
        "np.max takes one array, and its second argument is an axis: this call raises an error.",
        "Read the error, and look up which NumPy function compares two arrays element by element.",
    ),
    Mistake(
        "relu/largest-of-all",
        "relu",
        largest_of_all,
        "Every element becomes the largest one of the whole array; each x has its own f(x).",
        "Try x = [1, 2, 3].",
    ),
    Mistake(
        "relu/one-if-for-all",
        "relu",
        one_if_for_all,
        "One decision is taken for the whole array: negative x stay as soon as any x is positive.",
        "Try x = [-1, 1]: each element falls into a case of its own.",
    ),
    Mistake(
        "relu/one-at-zero",
        "relu",
        one_at_zero,
        "At x = 0 the answer is 1; the slide's first case gives x, that is 0.",
        "Try x = [-1, 0, 1].",
        costs="edges",
    ),
    Mistake(
        "relu/flat",
        "relu",
        flat,
        "All axes are flattened into one; the result has the shape of x.",
        "Try x of shape (2, 3) and look at the shape that comes back.",
    ),
    float32_lost("relu", zeros_in_float64),
    written_to("relu/in-place", in_place, "x"),
    Mistake(
        "relu/list",
        "relu",
        as_list(right),
        "The numbers come back as a Python list instead of an array.",
        "Look at the type of what is returned: the next formula needs an array.",
        costs="hygiene",
    ),
    Mistake(
        "relu_backward/slope-1-at-zero",
        "relu_backward",
        slope_1_at_zero,
        "At x = 0 the slope is taken as 1; by convention (torch's, too) it is 0.",
        "Try x = [-1, 0, 1] with grad = [1, 1, 1].",
        costs="edges",
    ),
    Mistake(
        "relu_backward/slope-half-at-zero",
        "relu_backward",
        slope_half_at_zero,
        "At x = 0 the slope is taken as 1/2; by convention (torch's, too) it is 0.",
        "Try x = [-1, 0, 1] with grad = [1, 1, 1].",
        costs="edges",
    ),
    Mistake(
        "relu_backward/mask-from-grad",
        "relu_backward",
        mask_from_grad,
        "The sign of grad decides instead of that of x.",
        "Try x = [1, -1] with grad = [-1, 1].",
    ),
    Mistake(
        "relu_backward/mask-from-both",
        "relu_backward",
        mask_from_both,
        "Negative gradients are cut as well; only the sign of x decides.",
        "Try x = [1, 1] with grad = [-1, 1].",
    ),
    Mistake(
        "relu_backward/no-mask",
        "relu_backward",
        no_mask,
        "grad passes everywhere; for x < 0 ReLU is flat and lets nothing through.",
        "Try x = [-1, 1].",
    ),
    Mistake(
        "relu_backward/grad-dropped",
        "relu_backward",
        grad_dropped,
        "The upstream gradient is left out: this is f'(x), not ∂L/∂x = ∂L/∂f f'(x).",
        "Double grad: the answer should double.",
    ),
    Mistake(
        "relu_backward/times-relu",
        "relu_backward",
        times_relu,
        "grad is multiplied by f(x); the chain rule multiplies by the slope f'(x), which is 0 or 1.",
        "Try x = [1, 2, 3]: the slope is the same at all three.",
    ),
    Mistake(
        "relu_backward/mask-inverted",
        "relu_backward",
        mask_inverted,
        "grad passes where x < 0 and is cut where x > 0: the other way round.",
        "Try x = [-1, 1].",
    ),
    Mistake(
        "relu_backward/negated",
        "relu_backward",
        negated,
        "The sign is turned: where x > 0 the slope is 1, not -1.",
        "Try x = [1] with grad = [1].",
        sign="negated",
    ),
    Mistake(
        "relu_backward/leaking",
        "relu_backward",
        leaking_backward,
        "For x < 0 a hundredth of grad passes: this is the gradient of Leaky ReLU.",
        "Try x = [-1] with grad = [100].",
    ),
    Mistake(
        "relu_backward/swapped-slope-1-at-zero",
        "relu_backward",
        swapped_slope_1_at_zero,
        "The arguments are swapped, so that x passes where grad >= 0.",
        "Compare the order of the arguments with the contract's: relu_backward(grad, x).",
    ),
    float32_lost("relu_backward", mask_in_float64),
    written_to("relu_backward/grad-in-place", grad_in_place, "grad"),
    state_kept("relu_backward", accumulating(right_backward)),
)
