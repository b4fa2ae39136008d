"""Mistakes in relu and relu_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.lecture03.mistakes.shared import grad_dropped


@Right
def relu(x: Any) -> Any:
    return np.maximum(x, 0)


@Right
def relu_backward(grad: Any, x: Any) -> Any:
    return np.where(x > 0, grad, 0)


def in_place(x: Any) -> Any:
    x[x < 0] = 0
    return x


def grad_in_place(grad: Any, x: Any) -> Any:
    grad[x <= 0] = 0
    return grad


MISTAKES: Final = (
    relu.wrong("identity", lambda x: x.copy(),
        "x comes back as it is: the case x < 0 of the slide is missing.",
        "Try x = [-1, 0, 1]."),
    relu.wrong("absolute", lambda x: np.abs(x),
        "For x < 0 the answer is -x; the slide has 0 there.",
        "Try x = [-1, 0, 1]."),
    relu.wrong("wrong-side", lambda x: np.minimum(x, 0),
        "The cases are swapped: x is kept for x < 0 and becomes 0 otherwise.",
        "Try x = [-1, 0, 1]: which side is kept on the slide?"),
    relu.wrong("step", lambda x: (x > 0).astype(x.dtype),
        "The answer is 0 or 1: this is the slope of ReLU, not ReLU itself.",
        "Try x = [-1, 1, 3]."),
    relu.wrong("leaking", lambda x: np.where(x < 0, 0.01 * x, x),
        "This is Leaky ReLU: for x < 0 ReLU is 0, without any α x.",
        "Try x = [-100, 1]."),
    relu.wrong("capped-at-6", lambda x: np.clip(x, 0, 6),
        "Values above 6 are cut (ReLU6); the slide's ReLU has no upper end.",
        "Try x = [5, 10]."),
    relu.wrong("threshold", lambda x: np.where(x > 1e-7, x, 0),
        "Small positive x become 0: the kink is at 1e-7 instead of 0.",
        "Try x = [1e-10, 1e-3].", costs="stability"),
    relu.wrong("max-for-maximum", lambda x: np.max(0, x),
        "np.max takes one array, and its second argument is an axis: this call raises an error.",
        "Read the error, and look up which NumPy function compares two arrays element by element."),
    relu.wrong("largest-of-all", lambda x: max(x.max(), 0) * np.ones_like(x),
        "Every element becomes the largest one of the whole array; each x has its own f(x).",
        "Try x = [1, 2, 3]."),
    relu.wrong("one-if-for-all", lambda x: x.copy() if (x > 0).any() else np.zeros_like(x),
        "One decision is taken for the whole array: negative x stay as soon as any x is positive.",
        "Try x = [-1, 1]: each element falls into a case of its own."),
    relu.wrong("one-at-zero", lambda x: np.where(x == 0, 1, relu(x)),
        "At x = 0 the answer is 1; the slide's first case gives x, that is 0.",
        "Try x = [-1, 0, 1].", costs="edges"),
    relu.wrong("flat", lambda x: np.array([max(v, 0) for v in x.ravel()], x.dtype),
        "All axes are flattened into one; the result has the shape of x.",
        "Try x of shape (2, 3) and look at the shape that comes back."),
    relu.float32_lost(lambda x: np.where(x > 0, x, 0).astype(np.float64)),
    relu.written_to("in-place", in_place, "x"),
    relu.as_list(),
    relu_backward.wrong("slope-1-at-zero", lambda grad, x: np.where(x >= 0, grad, 0),
        "At x = 0 the slope is taken as 1; by convention (torch's, too) it is 0.",
        "Try x = [-1, 0, 1] with grad = [1, 1, 1].", costs="edges"),
    relu_backward.wrong("slope-half-at-zero", lambda grad, x: np.where(x == 0, grad / 2, relu_backward(grad, x)),
        "At x = 0 the slope is taken as 1/2; by convention (torch's, too) it is 0.",
        "Try x = [-1, 0, 1] with grad = [1, 1, 1].", costs="edges"),
    relu_backward.wrong("mask-from-grad", lambda grad, x: np.where(grad > 0, grad, 0),
        "The sign of grad decides instead of that of x.",
        "Try x = [1, -1] with grad = [-1, 1]."),
    relu_backward.wrong("mask-from-both", lambda grad, x: np.where((x > 0) & (grad > 0), grad, 0),
        "Negative gradients are cut as well; only the sign of x decides.",
        "Try x = [1, 1] with grad = [-1, 1]."),
    relu_backward.wrong("no-mask", lambda grad, x: grad.copy(),
        "grad passes everywhere; for x < 0 ReLU is flat and lets nothing through.",
        "Try x = [-1, 1]."),
    grad_dropped(relu_backward, lambda grad, x: (x > 0).astype(x.dtype)),
    relu_backward.wrong("times-relu", lambda grad, x: grad * relu(x),
        "grad is multiplied by f(x); the chain rule multiplies by the slope f'(x), which is 0 or 1.",
        "Try x = [1, 2, 3]: the slope is the same at all three."),
    relu_backward.wrong("mask-inverted", lambda grad, x: np.where(x < 0, grad, 0),
        "grad passes where x < 0 and is cut where x > 0: the other way round.",
        "Try x = [-1, 1]."),
    relu_backward.wrong("negated", lambda grad, x: -relu_backward(grad, x),
        "The sign is turned: where x > 0 the slope is 1, not -1.",
        "Try x = [1] with grad = [1].", sign="negated"),
    relu_backward.wrong("leaking", lambda grad, x: np.where(x > 0, grad, 0.01 * grad),
        "For x < 0 a hundredth of grad passes: this is the gradient of Leaky ReLU.",
        "Try x = [-1] with grad = [100]."),
    relu_backward.wrong("swapped-slope-1-at-zero", lambda grad, x: np.where(grad >= 0, x, 0),
        "The arguments are swapped, so that x passes where grad >= 0.",
        "Compare the order of the arguments with the contract's: relu_backward(grad, x)."),
    relu_backward.float32_lost(lambda grad, x: grad * np.where(x > 0, 1.0, 0.0)),
    relu_backward.written_to("grad-in-place", grad_in_place, "grad"),
    relu_backward.state_kept(),
)  # fmt: skip
