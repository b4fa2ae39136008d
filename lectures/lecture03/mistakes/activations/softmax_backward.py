"""Mistakes in softmax_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.lecture03.mistakes.activations.softmax import shares, shifted, softmax
from lectures.lecture03.mistakes.shared import squeezed


def slope(grad: Any, p: Any, axis: int | None = -1) -> Any:
    return p * (grad - (grad * p).sum(axis=axis, keepdims=True))


@Right
def softmax_backward(grad: Any, x: Any) -> Any:
    """f_i (grad_i - Σ_j grad_j f_j)."""
    return slope(grad, softmax(x))


def jacobian_in_float64(grad: Any, x: Any) -> Any:
    p = softmax(x)
    jacobian = p[..., None] * (np.eye(x.shape[-1]) - p[..., None, :])
    return (grad[..., None, :] @ jacobian)[..., 0, :]


def grad_in_place(grad: Any, x: Any) -> Any:
    p = softmax(x)
    grad -= (grad * p).sum(axis=-1, keepdims=True)
    return grad * p


MISTAKES: Final = (
    softmax_backward.wrong("diagonal-only", lambda grad, x: grad * softmax(x) * (1 - softmax(x)),
        "Only ∂f_i/∂x_i = f_i (1 - f_i) is used: every x_j moves every f_i, by -f_i f_j where i ≠ j.",
        "Write the Jacobian for k = 2 by hand: it has four entries."),
    softmax_backward.wrong("grad-dropped", lambda grad, x: softmax(x) * (1 - softmax(x)),
        "The upstream gradient is left out: f_i (1 - f_i) is only the Jacobian's diagonal.",
        "Double grad: the answer should double."),
    softmax_backward.wrong("zeros", lambda grad, x: np.zeros_like(x),
        "The answer is always 0: that holds only where grad is the same for all classes, as with ones.",
        "Try a grad with different numbers in a row.", sign="zeros"),
    softmax_backward.wrong("negated", lambda grad, x: -softmax_backward(grad, x),
        "The sign is turned: f_i (grad_i - Σ_j grad_j f_j) is needed.",
        "Raise one x_i by a little: its f_i should rise.", sign="negated"),
    softmax_backward.wrong("plus-for-minus",
        lambda grad, x: softmax(x) * (grad + (grad * softmax(x)).sum(axis=-1, keepdims=True)),
        "The sum is added instead of subtracted: the Jacobian is f_i (δ_ij - f_j).",
        "Try a grad of ones: no shift of a whole row can change the loss."),
    softmax_backward.wrong("mean-inside",
        lambda grad, x: softmax(x) * (grad - (grad * softmax(x)).mean(axis=-1, keepdims=True)),
        "The mean of grad_j f_j is subtracted; the Jacobian asks for their sum over j.",
        "Sum each row of the answer: each should give 0."),
    softmax_backward.wrong("sum-over-batch", lambda grad, x: slope(grad, softmax(x), axis=0),
        "Σ_j grad_j f_j runs over the batch; it should run over the classes of one sample.",
        "Sum each row of the answer: each should give 0."),
    softmax_backward.wrong("sum-over-everything", lambda grad, x: slope(grad, softmax(x), axis=None),
        "Σ_j grad_j f_j runs over all samples together; it should run over the classes of one sample.",
        "Try n = 1, then n = 2 with the same row twice: the rows of the answer should not change."),
    softmax_backward.wrong("keepdims-forgotten", lambda grad, x: softmax(x) * (grad - (grad * softmax(x)).sum(axis=-1)),
        "The sums have shape (n,) and are spread along the columns; row i needs the sum of row i, shape (n, 1).",
        "Print the shapes on both sides of the minus for x of shape (2, 3) and of (3, 3)."),
    softmax_backward.wrong("p-left-out-of-sum", lambda grad, x: softmax(x) * (grad - grad.sum(axis=-1, keepdims=True)),
        "Σ_j grad_j lacks f_j: each class counts with its share.",
        "Sum each row of the answer: each should give 0."),
    softmax_backward.wrong("p-left-out-in-front",
        lambda grad, x: grad - (grad * softmax(x)).sum(axis=-1, keepdims=True),
        "The factor f_i in front is missing: the Jacobian is f_i (δ_ij - f_j).",
        "Try a class of which softmax is almost 0: it can hardly move the loss."),
    softmax_backward.wrong("x-for-f", lambda grad, x: slope(grad, x),
        "The input is taken for the output: f_i in the Jacobian is softmax(x)_i.",
        "Look at what the second argument holds: the values before softmax or after it?"),
    softmax_backward.wrong("softmax-twice", lambda grad, x: slope(grad, softmax(softmax(x))),
        "softmax is applied to its own result: the Jacobian is taken at f(x) instead of x.",
        "Count how often softmax is applied, also inside the functions that you call."),
    softmax_backward.wrong("forward-along-axis-0", lambda grad, x: slope(grad, softmax(x, axis=0), axis=0),
        "Softmax and its gradient both run down the columns, over the batch: they fit each other, not the slide.",
        "Sum each row of the answer: each should give 0."),
    softmax_backward.wrong("first-row-for-all",
        lambda grad, x: slope(grad, softmax(x) if x.ndim == 1 else np.broadcast_to(softmax(x)[0], x.shape)),
        "The Jacobian of the first sample is used for all: each row has its own.",
        "Try n = 2 with two different rows and compare the second one."),
    softmax_backward.wrong("gradient-of-cross-entropy", lambda grad, x: softmax(x) - grad,
        "softmax(x) - grad is the gradient of the cross entropy, with grad taken for the targets.",
        "Double grad: the answer should double."),
    softmax_backward.wrong("divided-by-rows",
        lambda grad, x: softmax_backward(grad, x) / (len(x) if x.ndim == 2 else 1),
        "The gradient is averaged over the batch; only a loss takes a mean, and its 1/n is in grad already.",
        "Repeat every row of x and grad: no row of the answer should change.", sign="divided by n"),
    squeezed(softmax_backward, "(1, 3)"),
    softmax_backward.wrong("no-shift", lambda grad, x: slope(grad, shares(x)),
        "e^x as on the slide overflows for large x, and for very negative x all e^x are 0: inf / inf or 0 / 0 is nan.",
        "Try x = [1000, 1001] and x = [-1000, -1001].", costs="stability"),
    softmax_backward.guarded("epsilon-in-denominator", 1e-8, lambda grad, x, c: slope(grad, shares(shifted(x), c=c)),
        "{c} is added to the sum of softmax, a guard that belongs to no formula of the slide: the sum is never 0.",
        "Sum each row of your softmax in float64: each should give 1."),
    softmax_backward.float32_lost(jacobian_in_float64),
    softmax_backward.written_to("grad-in-place", grad_in_place, "grad"),
    softmax_backward.state_kept(),
)  # fmt: skip
