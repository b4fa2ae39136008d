"""Mistakes in softmax_cross_entropy_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.given import given
from gradecheck.packs.mistakes.guards import guarded
from gradecheck.packs.mistakes.habits import accumulating
from gradecheck.packs.mistakes.hygiene import float32_lost, state_kept, written_to
from lectures.lecture03.mistakes.activations.sigmoid import right as sigmoid
from lectures.lecture03.mistakes.activations.softmax import epsilon_in_denominator as guarded_softmax
from lectures.lecture03.mistakes.activations.softmax import right as softmax
from lectures.lecture03.mistakes.activations.softmax import shares
from lectures.lecture03.mistakes.activations.softmax_backward import slope
from lectures.lecture03.mistakes.losses.cross_entropy import rows, winner


def right(x: Any, t: Any) -> Any:
    """(softmax(x) - t) / n."""
    return (softmax(x) - t) / rows(x)


def not_divided(x: Any, t: Any) -> Any:
    return softmax(x) - t


def averaged_over_classes(x: Any, t: Any) -> Any:
    return right(x, t) / x.shape[-1]


def negated(x: Any, t: Any) -> Any:
    return (t - softmax(x)) / rows(x)


def negated_not_divided(x: Any, t: Any) -> Any:
    return t - softmax(x)


def single_row_divided(x: Any, t: Any) -> Any:
    return (softmax(x) - t) / len(x)


def log_base_2(x: Any, t: Any) -> Any:
    return right(x, t) / float(np.log(2))


def softmax_forgotten(x: Any, t: Any) -> Any:
    return (x - t) / rows(x)


def softmax_twice(x: Any, t: Any) -> Any:
    return (softmax(softmax(x)) - t) / rows(x)


def sigmoid_for_softmax(x: Any, t: Any) -> Any:
    return (sigmoid(x) - t) / rows(x)


def slope_once_more(x: Any, t: Any) -> Any:
    p = softmax(x)
    return (p - t) * p * (1 - p) / rows(x)


def true_class_only(x: Any, t: Any) -> Any:
    return t * (softmax(x) - t) / rows(x)


def other_classes_zero(x: Any, t: Any) -> Any:
    return np.where(t > 0, softmax(x) - t, 0) / rows(x)


def target_forgotten(x: Any, t: Any) -> Any:
    return softmax(x) / rows(x)


def axis_0(x: Any, t: Any) -> Any:
    return (softmax(x, axis=0) - t) / rows(x)


def whole_matrix(x: Any, t: Any) -> Any:
    return (softmax(x, axis=None) - t) / rows(x)


def winner_only(x: Any, t: Any) -> tuple[Any, ...]:
    return x, winner(t)


def averaged_over_batch(x: Any, t: Any) -> Any:
    return (softmax(x) - t).mean(axis=0) if x.ndim == 2 else softmax(x) - t


def gradient_of_mse(x: Any, t: Any) -> Any:
    return 2 * (softmax(x) - t) / x.size


def squeezed(x: Any, t: Any) -> Any:
    return right(x, t).squeeze()


def through_p(x: Any, t: Any) -> Any:
    p = softmax(x)
    return slope(-t / p / rows(x), p)


def through_p_of_true_class(x: Any, t: Any) -> Any:
    p = softmax(x)
    return slope(np.where(t == 0, 0, -t / p) / rows(x), p)


def no_shift(x: Any, t: Any) -> Any:
    return (shares(x) - t) / rows(x)


def shifted_by_largest_of_all(x: Any, t: Any) -> Any:
    return (shares(x - x.max()) - t) / rows(x)


def count_in_float64(x: Any, t: Any) -> Any:
    return (softmax(x) - t) / np.prod(x.shape[:-1], dtype=int)


def x_in_place(x: Any, t: Any) -> Any:
    x -= x.max(axis=-1, keepdims=True)
    return right(x, t)


def t_in_place(x: Any, t: Any) -> Any:
    t -= softmax(x)
    t /= -rows(x)
    return t


def epsilon_in_denominator(x: Any, t: Any, c: float) -> Any:
    return (guarded_softmax(x, c) - t) / rows(x)


def epsilon_through_p(x: Any, t: Any, c: float) -> Any:
    p = softmax(x)
    return slope(-t / (p + c) / rows(x), p)


def clipped(x: Any, t: Any, c: float) -> Any:
    return (np.clip(softmax(x), c, 1 - c) - t) / rows(x)


MISTAKES: Final = (
    Mistake(
        "softmax_cross_entropy_backward/not-divided",
        "softmax_cross_entropy_backward",
        not_divided,
        "The 1/n of the mean over the rows is missing: the loss has it, and so has its gradient.",
        "Repeat all rows twice: each element of the gradient should be halved.",
        sign="times n",
    ),
    Mistake(
        "softmax_cross_entropy_backward/averaged-over-classes",
        "softmax_cross_entropy_backward",
        averaged_over_classes,
        "The gradient is divided by n k; the sum over the classes has no 1/k.",
        "Try one row, x = [0, 0] with t = [1, 0].",
        sign="divided by k",
    ),
    Mistake(
        "softmax_cross_entropy_backward/negated",
        "softmax_cross_entropy_backward",
        negated,
        "t - softmax(x) has the sign turned: the gradient is (softmax(x) - t) / n.",
        "Raise the logit of the true class by a little: the loss should fall.",
        sign="negated",
    ),
    Mistake(
        "softmax_cross_entropy_backward/negated-not-divided",
        "softmax_cross_entropy_backward",
        negated_not_divided,
        "Two at once: t - softmax(x) has the sign turned, and the 1/n of the mean over the rows is missing.",
        "Raise the logit of the true class by a little: the loss should fall. Then repeat all rows twice.",
    ),
    Mistake(
        "softmax_cross_entropy_backward/single-row-divided",
        "softmax_cross_entropy_backward",
        single_row_divided,
        "len(x) is k for a single row of shape (k,), which counts as n = 1.",
        "Try the same row with shapes (3,) and (1, 3): the answers should be equal.",
        costs="edges",
    ),
    Mistake(
        "softmax_cross_entropy_backward/log-base-2",
        "softmax_cross_entropy_backward",
        log_base_2,
        "This is the gradient of the loss with the logarithm of base 2; the formula means the natural one.",
        "Try x = [0, 0] with t = [1, 0]: the elements are -1/2 and 1/2.",
        sign="log base 2",
    ),
    Mistake(
        "softmax_cross_entropy_backward/softmax-forgotten",
        "softmax_cross_entropy_backward",
        softmax_forgotten,
        "x - t takes the logits for probabilities: the gradient is (softmax(x) - t) / n.",
        "Add 1 to all logits of a row: the gradient should not change.",
    ),
    Mistake(
        "softmax_cross_entropy_backward/softmax-twice",
        "softmax_cross_entropy_backward",
        softmax_twice,
        "softmax is applied to its own result.",
        "Try x = [0, 100] with t = [0, 1]: the gradient should be all but 0.",
    ),
    Mistake(
        "softmax_cross_entropy_backward/sigmoid-for-softmax",
        "softmax_cross_entropy_backward",
        sigmoid_for_softmax,
        "Each logit goes through a sigmoid of its own; softmax divides by the sum over all classes.",
        "Sum each row of the answer: each should give 0.",
    ),
    Mistake(
        "softmax_cross_entropy_backward/slope-once-more",
        "softmax_cross_entropy_backward",
        slope_once_more,
        "softmax(x) - t contains the derivative of softmax already; here p (1 - p) is multiplied on once more.",
        "Sum each row of the answer: each should give 0.",
    ),
    Mistake(
        "softmax_cross_entropy_backward/true-class-only",
        "softmax_cross_entropy_backward",
        true_class_only,
        "The gradient is multiplied by t: the logits of the other classes get 0, but they move softmax, too.",
        "Sum each row of the answer: each should give 0.",
    ),
    Mistake(
        "softmax_cross_entropy_backward/other-classes-zero",
        "softmax_cross_entropy_backward",
        other_classes_zero,
        "Where t_i = 0 the gradient is set to 0; there it is softmax(x)_i / n.",
        "Sum each row of the answer: each should give 0.",
    ),
    Mistake(
        "softmax_cross_entropy_backward/target-forgotten",
        "softmax_cross_entropy_backward",
        target_forgotten,
        "The targets are left out: softmax(x) / n lacks the - t.",
        "Sum each row of the answer: each should give 0.",
    ),
    Mistake(
        "softmax_cross_entropy_backward/axis-0",
        "softmax_cross_entropy_backward",
        axis_0,
        "softmax runs down the columns, over the batch; the slide sums over the classes of one sample.",
        "Sum each row of the answer: each should give 0.",
    ),
    Mistake(
        "softmax_cross_entropy_backward/whole-matrix",
        "softmax_cross_entropy_backward",
        whole_matrix,
        "softmax runs over the whole matrix, all samples together; the slide sums over the classes of one sample.",
        "Sum each row of the answer: each should give 0.",
    ),
    given(
        "softmax_cross_entropy_backward/winner-only",
        right,
        winner_only,
        "Only one-hot targets are understood: the class with the largest target counts as 1, and soft targets lose "
        "their shares.",
        "Try t = [0.4, 0.6].",
    ),
    Mistake(
        "softmax_cross_entropy_backward/averaged-over-batch",
        "softmax_cross_entropy_backward",
        averaged_over_batch,
        "The mean over the rows is taken of the gradient itself: each row has its own, with the factor 1/n.",
        "Try shape (2, 3) and look at the shape that comes back.",
    ),
    Mistake(
        "softmax_cross_entropy_backward/gradient-of-mse",
        "softmax_cross_entropy_backward",
        gradient_of_mse,
        "2 (p - t) / (n k) is the gradient of the MSE with respect to p.",
        "Try one row, x = [0, 0, 0] with t = [1, 0, 0]: the elements are -2/3, 1/3 and 1/3.",
    ),
    Mistake(
        "softmax_cross_entropy_backward/squeezed",
        "softmax_cross_entropy_backward",
        squeezed,
        "Axes of length 1 are squeezed away; the result has the shape of x.",
        "Try x of shape (1, 3) and look at the shape that comes back.",
        costs="edges",
    ),
    Mistake(
        "softmax_cross_entropy_backward/through-p",
        "softmax_cross_entropy_backward",
        through_p,
        "-t / p is multiplied by the Jacobian of softmax number by number: where p rounds to 0 that is 0 / 0 = nan.",
        "Try x = [0, 1000]; multiply the two derivatives on paper first.",
        costs="stability",
    ),
    Mistake(
        "softmax_cross_entropy_backward/through-p-of-true-class",
        "softmax_cross_entropy_backward",
        through_p_of_true_class,
        "-t / p goes through the gradient of softmax: two derivatives are multiplied number by number, and where p "
        "rounds to 0 at a true class the first is infinite and their product nan.",
        "Try x = [0, 1000] with t = [1, 0]; multiply the two derivatives on paper first.",
        costs="stability",
    ),
    Mistake(
        "softmax_cross_entropy_backward/no-shift",
        "softmax_cross_entropy_backward",
        no_shift,
        "e^x as on the slide overflows for large x, and for very negative x all e^x are 0: inf / inf or 0 / 0 is nan.",
        "Try x = [1000, 1001] and x = [-1000, -1001].",
        costs="stability",
    ),
    Mistake(
        "softmax_cross_entropy_backward/shifted-by-largest-of-all",
        "softmax_cross_entropy_backward",
        shifted_by_largest_of_all,
        "The maximum of the whole matrix is subtracted: a row far below it has only e^x = 0, and 0 / 0 is nan.",
        "Try x = [[0, 1], [1000, 1001]].",
        costs="stability",
    ),
    guarded(
        "softmax_cross_entropy_backward/epsilon-in-denominator",
        epsilon_in_denominator,
        1e-8,
        "{c} is added to the sum of softmax, a guard that belongs to no formula of the slide: the sum is never 0.",
        "Sum each row of the answer in float64: each should give 0.",
    ),
    guarded(
        "softmax_cross_entropy_backward/epsilon-through-p",
        epsilon_through_p,
        1e-12,
        "-t / (p + {c}) has a guard that belongs to no formula: where p is small, the gradient does not reach -t.",
        "Try x = [0, 100] with t = [1, 0]; multiply the two derivatives on paper first.",
    ),
    guarded(
        "softmax_cross_entropy_backward/clipped",
        clipped,
        1e-7,
        "softmax is clipped to [{c}, 1 - {c}], a guard that belongs to no formula of the slide.",
        "Try x = [0, 100] with t = [0, 1]: the gradient should be all but 0.",
    ),
    float32_lost("softmax_cross_entropy_backward", count_in_float64),
    written_to("softmax_cross_entropy_backward/x-in-place", x_in_place, "x"),
    written_to("softmax_cross_entropy_backward/t-in-place", t_in_place, "t"),
    state_kept("softmax_cross_entropy_backward", accumulating(right)),
)
