"""Mistakes in softmax_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.guards import guarded
from gradecheck.packs.mistakes.habits import accumulating
from gradecheck.packs.mistakes.hygiene import float32_lost, state_kept, written_to
from lectures.lecture03.mistakes.activations.softmax import epsilon_in_denominator as guarded_softmax
from lectures.lecture03.mistakes.activations.softmax import right as softmax
from lectures.lecture03.mistakes.activations.softmax import shares


def right(grad: Any, x: Any) -> Any:
    """f_i (grad_i - Σ_j grad_j f_j)."""
    return slope(grad, softmax(x))


def slope(grad: Any, p: Any) -> Any:
    return p * (grad - (grad * p).sum(axis=-1, keepdims=True))


def diagonal_only(grad: Any, x: Any) -> Any:
    p = softmax(x)
    return grad * p * (1 - p)


def grad_dropped(grad: Any, x: Any) -> Any:
    p = softmax(x)
    return p * (1 - p)


def zeros(grad: Any, x: Any) -> Any:
    return np.zeros_like(x)


def negated(grad: Any, x: Any) -> Any:
    return -right(grad, x)


def plus_for_minus(grad: Any, x: Any) -> Any:
    p = softmax(x)
    return p * (grad + (grad * p).sum(axis=-1, keepdims=True))


def mean_inside(grad: Any, x: Any) -> Any:
    p = softmax(x)
    return p * (grad - (grad * p).mean(axis=-1, keepdims=True))


def sum_over_batch(grad: Any, x: Any) -> Any:
    p = softmax(x)
    return p * (grad - (grad * p).sum(axis=0, keepdims=True))


def sum_over_everything(grad: Any, x: Any) -> Any:
    p = softmax(x)
    return p * (grad - (grad * p).sum())


def keepdims_forgotten(grad: Any, x: Any) -> Any:
    p = softmax(x)
    return p * (grad - (grad * p).sum(axis=-1))


def p_left_out_of_sum(grad: Any, x: Any) -> Any:
    return softmax(x) * (grad - grad.sum(axis=-1, keepdims=True))


def p_left_out_in_front(grad: Any, x: Any) -> Any:
    return grad - (grad * softmax(x)).sum(axis=-1, keepdims=True)


def x_for_f(grad: Any, x: Any) -> Any:
    return slope(grad, x)


def softmax_twice(grad: Any, x: Any) -> Any:
    return slope(grad, softmax(softmax(x)))


def forward_along_axis_0(grad: Any, x: Any) -> Any:
    p = softmax(x, axis=0)
    return p * (grad - (grad * p).sum(axis=0, keepdims=True))


def first_row_for_all(grad: Any, x: Any) -> Any:
    p = softmax(x)
    return slope(grad, p if x.ndim == 1 else np.broadcast_to(p[0], x.shape))


def gradient_of_cross_entropy(grad: Any, x: Any) -> Any:
    return softmax(x) - grad


def divided_by_rows(grad: Any, x: Any) -> Any:
    return right(grad, x) / (len(x) if x.ndim == 2 else 1)


def squeezed(grad: Any, x: Any) -> Any:
    return right(grad, x).squeeze()


def no_shift(grad: Any, x: Any) -> Any:
    return slope(grad, shares(x))


def jacobian_in_float64(grad: Any, x: Any) -> Any:
    p = softmax(x)
    jacobian = p[..., None] * (np.eye(x.shape[-1]) - p[..., None, :])
    return (grad[..., None, :] @ jacobian)[..., 0, :]


def grad_in_place(grad: Any, x: Any) -> Any:
    p = softmax(x)
    grad -= (grad * p).sum(axis=-1, keepdims=True)
    return grad * p


def epsilon_in_denominator(grad: Any, x: Any, c: float) -> Any:
    return slope(grad, guarded_softmax(x, c))


MISTAKES: Final = (
    Mistake(
        "softmax_backward/diagonal-only",
        "softmax_backward",
        diagonal_only,
        "Only ∂f_i/∂x_i = f_i (1 - f_i) is used: every x_j moves every f_i, by -f_i f_j where i ≠ j.",
        "Write the Jacobian for k = 2 by hand: it has four entries.",
    ),
    Mistake(
        "softmax_backward/grad-dropped",
        "softmax_backward",
        grad_dropped,
        "The upstream gradient is left out: f_i (1 - f_i) is only the Jacobian's diagonal.",
        "Double grad: the answer should double.",
    ),
    Mistake(
        "softmax_backward/zeros",
        "softmax_backward",
        zeros,
        "The answer is always 0: that holds only where grad is the same for all classes, as with ones.",
        "Try a grad with different numbers in a row.",
        sign="zeros",
    ),
    Mistake(
        "softmax_backward/negated",
        "softmax_backward",
        negated,
        "The sign is turned: f_i (grad_i - Σ_j grad_j f_j) is needed.",
        "Raise one x_i by a little: its f_i should rise.",
        sign="negated",
    ),
    Mistake(
        "softmax_backward/plus-for-minus",
        "softmax_backward",
        plus_for_minus,
        "The sum is added instead of subtracted: the Jacobian is f_i (δ_ij - f_j).",
        "Try a grad of ones: no shift of a whole row can change the loss.",
    ),
    Mistake(
        "softmax_backward/mean-inside",
        "softmax_backward",
        mean_inside,
        "The mean of grad_j f_j is subtracted; the Jacobian asks for their sum over j.",
        "Sum each row of the answer: each should give 0.",
    ),
    Mistake(
        "softmax_backward/sum-over-batch",
        "softmax_backward",
        sum_over_batch,
        "Σ_j grad_j f_j runs over the batch; it should run over the classes of one sample.",
        "Sum each row of the answer: each should give 0.",
    ),
    Mistake(
        "softmax_backward/sum-over-everything",
        "softmax_backward",
        sum_over_everything,
        "Σ_j grad_j f_j runs over all samples together; it should run over the classes of one sample.",
        "Try n = 1, then n = 2 with the same row twice: the rows of the answer should not change.",
    ),
    Mistake(
        "softmax_backward/keepdims-forgotten",
        "softmax_backward",
        keepdims_forgotten,
        "The sums have shape (n,) and are spread along the columns; row i needs the sum of row i, shape (n, 1).",
        "Print the shapes on both sides of the minus for x of shape (2, 3) and of (3, 3).",
    ),
    Mistake(
        "softmax_backward/p-left-out-of-sum",
        "softmax_backward",
        p_left_out_of_sum,
        "Σ_j grad_j lacks f_j: each class counts with its share.",
        "Sum each row of the answer: each should give 0.",
    ),
    Mistake(
        "softmax_backward/p-left-out-in-front",
        "softmax_backward",
        p_left_out_in_front,
        "The factor f_i in front is missing: the Jacobian is f_i (δ_ij - f_j).",
        "Try a class of which softmax is almost 0: it can hardly move the loss.",
    ),
    Mistake(
        "softmax_backward/x-for-f",
        "softmax_backward",
        x_for_f,
        "The input is taken for the output: f_i in the Jacobian is softmax(x)_i.",
        "Look at what the second argument holds: the values before softmax or after it?",
    ),
    Mistake(
        "softmax_backward/softmax-twice",
        "softmax_backward",
        softmax_twice,
        "softmax is applied to its own result: the Jacobian is taken at f(x) instead of x.",
        "Count how often softmax is applied, also inside the functions that you call.",
    ),
    Mistake(
        "softmax_backward/forward-along-axis-0",
        "softmax_backward",
        forward_along_axis_0,
        "Softmax and its gradient both run down the columns, over the batch: they fit each other, not the slide.",
        "Sum each row of the answer: each should give 0.",
    ),
    Mistake(
        "softmax_backward/first-row-for-all",
        "softmax_backward",
        first_row_for_all,
        "The Jacobian of the first sample is used for all: each row has its own.",
        "Try n = 2 with two different rows and compare the second one.",
    ),
    Mistake(
        "softmax_backward/gradient-of-cross-entropy",
        "softmax_backward",
        gradient_of_cross_entropy,
        "softmax(x) - grad is the gradient of the cross entropy, with grad taken for the targets.",
        "Double grad: the answer should double.",
    ),
    Mistake(
        "softmax_backward/divided-by-rows",
        "softmax_backward",
        divided_by_rows,
        "The gradient is averaged over the batch; only a loss takes a mean, and its 1/n is in grad already.",
        "Repeat every row of x and grad: no row of the answer should change.",
        sign="divided by n",
    ),
    Mistake(
        "softmax_backward/squeezed",
        "softmax_backward",
        squeezed,
        "Axes of length 1 are squeezed away; the result has the shape of x.",
        "Try x of shape (1, 3) and look at the shape that comes back.",
        costs="edges",
    ),
    Mistake(
        "softmax_backward/no-shift",
        "softmax_backward",
        no_shift,
        "e^x as on the slide overflows for large x, and for very negative x all e^x are 0: inf / inf or 0 / 0 is nan.",
        "Try x = [1000, 1001] and x = [-1000, -1001].",
        costs="stability",
    ),
    guarded(
        "softmax_backward/epsilon-in-denominator",
        epsilon_in_denominator,
        1e-8,
        "{c} is added to the sum of softmax, a guard that belongs to no formula of the slide: the sum is never 0.",
        "Sum each row of your softmax in float64: each should give 1.",
    ),
    float32_lost("softmax_backward", jacobian_in_float64),
    written_to("softmax_backward/grad-in-place", grad_in_place, "grad"),
    state_kept("softmax_backward", accumulating(right)),
)
