"""Mistakes in softmax_cross_entropy_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.lecture03.mistakes.activations.sigmoid import sigmoid
from lectures.lecture03.mistakes.activations.softmax import shares, shifted, shifted_in_place, softmax
from lectures.lecture03.mistakes.activations.softmax_backward import slope
from lectures.lecture03.mistakes.losses.cross_entropy import rows
from lectures.lecture03.mistakes.shared import single_row_divided, squeezed, winner_only


@Right
def softmax_cross_entropy_backward(x: Any, t: Any) -> Any:
    """(softmax(x) - t) / n."""
    return (softmax(x) - t) / rows(x)


def t_in_place(x: Any, t: Any) -> Any:
    t -= softmax(x)
    t /= -rows(x)
    return t


MISTAKES: Final = (
    softmax_cross_entropy_backward.wrong("not-divided", lambda x, t: softmax(x) - t,
        "The 1/n of the mean over the rows is missing: the loss has it, and so has its gradient.",
        "Repeat all rows twice: each element of the gradient should be halved.", sign="times n"),
    softmax_cross_entropy_backward.wrong("averaged-over-classes",
        lambda x, t: softmax_cross_entropy_backward(x, t) / x.shape[-1],
        "The gradient is divided by n k; the sum over the classes has no 1/k.",
        "Try one row, x = [0, 0] with t = [1, 0].", sign="divided by k"),
    softmax_cross_entropy_backward.wrong("negated", lambda x, t: (t - softmax(x)) / rows(x),
        "t - softmax(x) has the sign turned: the gradient is (softmax(x) - t) / n.",
        "Raise the logit of the true class by a little: the loss should fall.", sign="negated"),
    softmax_cross_entropy_backward.wrong("negated-not-divided", lambda x, t: t - softmax(x),
        "Two at once: t - softmax(x) has the sign turned, and the 1/n of the mean over the rows is missing.",
        "Raise the logit of the true class by a little: the loss should fall. Then repeat all rows twice."),
    single_row_divided(softmax_cross_entropy_backward, lambda x, t: (softmax(x) - t) / len(x), "x"),
    softmax_cross_entropy_backward.wrong("log-base-2",
        lambda x, t: softmax_cross_entropy_backward(x, t) / float(np.log(2)),
        "This is the gradient of the loss with the logarithm of base 2; the formula means the natural one.",
        "Try x = [0, 0] with t = [1, 0]: the elements are -1/2 and 1/2.", sign="log base 2"),
    softmax_cross_entropy_backward.wrong("softmax-forgotten", lambda x, t: (x - t) / rows(x),
        "x - t takes the logits for probabilities: the gradient is (softmax(x) - t) / n.",
        "Add 1 to all logits of a row: the gradient should not change."),
    softmax_cross_entropy_backward.wrong("softmax-twice", lambda x, t: (softmax(softmax(x)) - t) / rows(x),
        "softmax is applied to its own result.",
        "Try x = [0, 100] with t = [0, 1]: the gradient should be all but 0."),
    softmax_cross_entropy_backward.wrong("sigmoid-for-softmax", lambda x, t: (sigmoid(x) - t) / rows(x),
        "Each logit goes through a sigmoid of its own; softmax divides by the sum over all classes.",
        "Sum each row of the answer: each should give 0."),
    softmax_cross_entropy_backward.wrong("slope-once-more",
        lambda x, t: (softmax(x) - t) * softmax(x) * (1 - softmax(x)) / rows(x),
        "softmax(x) - t contains the derivative of softmax already; here p (1 - p) is multiplied on once more.",
        "Sum each row of the answer: each should give 0."),
    softmax_cross_entropy_backward.wrong("true-class-only", lambda x, t: t * (softmax(x) - t) / rows(x),
        "The gradient is multiplied by t: the logits of the other classes get 0, but they move softmax, too.",
        "Sum each row of the answer: each should give 0."),
    softmax_cross_entropy_backward.wrong("other-classes-zero",
        lambda x, t: np.where(t > 0, softmax(x) - t, 0) / rows(x),
        "Where t_i = 0 the gradient is set to 0; there it is softmax(x)_i / n.",
        "Sum each row of the answer: each should give 0."),
    softmax_cross_entropy_backward.wrong("target-forgotten", lambda x, t: softmax(x) / rows(x),
        "The targets are left out: softmax(x) / n lacks the - t.",
        "Sum each row of the answer: each should give 0."),
    softmax_cross_entropy_backward.wrong("axis-0", lambda x, t: (softmax(x, axis=0) - t) / rows(x),
        "softmax runs down the columns, over the batch; the slide sums over the classes of one sample.",
        "Sum each row of the answer: each should give 0."),
    softmax_cross_entropy_backward.wrong("whole-matrix", lambda x, t: (softmax(x, axis=None) - t) / rows(x),
        "softmax runs over the whole matrix, all samples together; the slide sums over the classes of one sample.",
        "Sum each row of the answer: each should give 0."),
    winner_only(softmax_cross_entropy_backward),
    softmax_cross_entropy_backward.wrong("averaged-over-batch",
        lambda x, t: (softmax(x) - t).mean(axis=0) if x.ndim == 2 else softmax(x) - t,
        "The mean over the rows is taken of the gradient itself: each row has its own, with the factor 1/n.",
        "Try shape (2, 3) and look at the shape that comes back."),
    softmax_cross_entropy_backward.wrong("gradient-of-mse", lambda x, t: 2 * (softmax(x) - t) / x.size,
        "2 (p - t) / (n k) is the gradient of the MSE with respect to p.",
        "Try one row, x = [0, 0, 0] with t = [1, 0, 0]: the elements are -2/3, 1/3 and 1/3."),
    squeezed(softmax_cross_entropy_backward, "(1, 3)"),
    softmax_cross_entropy_backward.wrong("through-p", lambda x, t: slope(-t / softmax(x) / rows(x), softmax(x)),
        "-t / p is multiplied by the Jacobian of softmax number by number: where p rounds to 0 that is 0 / 0 = nan.",
        "Try x = [0, 1000]; multiply the two derivatives on paper first.", costs="stability"),
    softmax_cross_entropy_backward.wrong("through-p-of-true-class",
        lambda x, t: slope(np.where(t == 0, 0, -t / softmax(x)) / rows(x), softmax(x)),
        "-t / p goes through the gradient of softmax: two derivatives are multiplied number by number, and where p "
        "rounds to 0 at a true class the first is infinite and their product nan.",
        "Try x = [0, 1000] with t = [1, 0]; multiply the two derivatives on paper first.", costs="stability"),
    softmax_cross_entropy_backward.wrong("no-shift", lambda x, t: (shares(x) - t) / rows(x),
        "e^x as on the slide overflows for large x, and for very negative x all e^x are 0: inf / inf or 0 / 0 is nan.",
        "Try x = [1000, 1001] and x = [-1000, -1001].", costs="stability"),
    softmax_cross_entropy_backward.wrong("shifted-by-largest-of-all", lambda x, t: (shares(x - x.max()) - t) / rows(x),
        "The maximum of the whole matrix is subtracted: a row far below it has only e^x = 0, and 0 / 0 is nan.",
        "Try x = [[0, 1], [1000, 1001]].", costs="stability"),
    softmax_cross_entropy_backward.guarded("epsilon-in-denominator", 1e-8,
        lambda x, t, c: (shares(shifted(x), c=c) - t) / rows(x),
        "{c} is added to the sum of softmax, a guard that belongs to no formula of the slide: the sum is never 0.",
        "Sum each row of the answer in float64: each should give 0."),
    softmax_cross_entropy_backward.guarded("epsilon-through-p", 1e-12,
        lambda x, t, c: slope(-t / (softmax(x) + c) / rows(x), softmax(x)),
        "-t / (p + {c}) has a guard that belongs to no formula: where p is small, the gradient does not reach -t.",
        "Try x = [0, 100] with t = [1, 0]; multiply the two derivatives on paper first."),
    softmax_cross_entropy_backward.guarded("clipped", 1e-7,
        lambda x, t, c: (np.clip(softmax(x), c, 1 - c) - t) / rows(x),
        "softmax is clipped to [{c}, 1 - {c}], a guard that belongs to no formula of the slide.",
        "Try x = [0, 100] with t = [0, 1]: the gradient should be all but 0."),
    softmax_cross_entropy_backward.float32_lost(lambda x, t: (softmax(x) - t) / np.prod(x.shape[:-1], dtype=int)),
    softmax_cross_entropy_backward.written_to("x-in-place",
        lambda x, t: softmax_cross_entropy_backward(shifted_in_place(x), t), "x"),
    softmax_cross_entropy_backward.written_to("t-in-place", t_in_place, "t"),
    softmax_cross_entropy_backward.state_kept(),
)  # fmt: skip
