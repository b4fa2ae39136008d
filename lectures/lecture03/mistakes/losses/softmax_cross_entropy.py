"""Mistakes in softmax_cross_entropy."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.given import given
from gradecheck.packs.mistakes.guards import guarded
from gradecheck.packs.mistakes.habits import accumulating
from gradecheck.packs.mistakes.hygiene import state_kept, written_to
from lectures.lecture03.mistakes.activations.sigmoid import right as sigmoid
from lectures.lecture03.mistakes.activations.softmax import right as softmax
from lectures.lecture03.mistakes.activations.softmax import shares
from lectures.lecture03.mistakes.losses.cross_entropy import right as cross_entropy
from lectures.lecture03.mistakes.losses.cross_entropy import rows, winner


def log_softmax(x: Any, axis: int | None = -1) -> Any:
    z = x - x.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))


def summed(x: Any, t: Any) -> Any:
    return -(t * log_softmax(x)).sum()


def right(x: Any, t: Any) -> Any:
    """-Σ_i t_i log softmax(x)_i, mean over the rows."""
    return summed(x, t) / rows(x)


def log_base_2(x: Any, t: Any) -> Any:
    return right(x, t) / float(np.log(2))


def averaged_over_classes(x: Any, t: Any) -> Any:
    return summed(x, t) / x.size


def negated(x: Any, t: Any) -> Any:
    return -right(x, t)


def single_row_divided(x: Any, t: Any) -> Any:
    return summed(x, t) / len(x)


def one_a_row(x: Any, t: Any) -> Any:
    return -(t * log_softmax(x)).sum(axis=-1)


def softmax_twice(x: Any, t: Any) -> Any:
    return right(softmax(x), t)


def softmax_forgotten(x: Any, t: Any) -> Any:
    return cross_entropy(x, t)


def sigmoid_for_softmax(x: Any, t: Any) -> Any:
    return cross_entropy(sigmoid(x), t)


def axis_0(x: Any, t: Any) -> Any:
    return -(t * log_softmax(x, axis=0)).sum() / rows(x)


def whole_matrix(x: Any, t: Any) -> Any:
    return -(t * log_softmax(x, axis=None)).sum() / rows(x)


def shift_not_undone(x: Any, t: Any) -> Any:
    z = x - x.max(axis=-1, keepdims=True)
    return -(t * (x - np.log(np.exp(z).sum(axis=-1, keepdims=True)))).sum() / rows(x)


def log_sum_exp_forgotten(x: Any, t: Any) -> Any:
    return -(t * x).sum() / rows(x)


def winner_only(x: Any, t: Any) -> tuple[Any, ...]:
    return x, winner(t)


def log_of_sum(x: Any, t: Any) -> Any:
    z = x - x.max(axis=-1, keepdims=True)
    e = np.exp(z)
    largest = np.where(t > 0, z, -np.inf).max(axis=-1, keepdims=True)
    chosen = largest[..., 0] + np.log((t * np.exp(np.minimum(z - largest, 0))).sum(axis=-1))
    return -(chosen - np.log(e.sum(axis=-1))).sum() / rows(x)


def log_sum_exp(x: Any) -> Any:
    return x.max(axis=-1) + np.log(np.exp(x - x.max(axis=-1, keepdims=True)).sum(axis=-1))


def scores_summed(x: Any, t: Any) -> Any:
    return log_sum_exp(x).mean() - (t * x).sum()


def denominators_summed(x: Any, t: Any) -> Any:
    return log_sum_exp(x).sum() - (t * x).sum() / rows(x)


def target_forgotten(x: Any, t: Any) -> Any:
    return right(x, np.ones_like(t))


def sigmoid_for_one_class(x: Any, t: Any) -> Any:
    return sigmoid_for_softmax(x, t) if x.shape[-1] == 1 else right(x, t)


def no_shift(x: Any, t: Any) -> Any:
    return cross_entropy(shares(x), t)


def log_of_softmax(x: Any, t: Any) -> Any:
    return cross_entropy(softmax(x), t)


def shifted_by_largest_of_all(x: Any, t: Any) -> Any:
    z = x - x.max()
    return -(t * (z - np.log(np.exp(z).sum(axis=-1, keepdims=True)))).sum() / rows(x)


def zero_times_log_zero(x: Any, t: Any) -> Any:
    return -(t * np.log(softmax(x))).sum() / rows(x)


def no_shift_zero_times_log_zero(x: Any, t: Any) -> Any:
    return -(t * np.log(shares(x))).sum() / rows(x)


def epsilon_in_log(x: Any, t: Any, c: float) -> Any:
    return -(t * np.log(softmax(x) + c)).sum() / rows(x)


def no_shift_epsilon_in_log(x: Any, t: Any, c: float) -> Any:
    return -(t * np.log(shares(x) + c)).sum() / rows(x)


def epsilon_in_log_of_sum(x: Any, t: Any, c: float) -> Any:
    z = x - x.max(axis=-1, keepdims=True)
    return -(t * (z - np.log(np.exp(z).sum(axis=-1, keepdims=True) + c))).sum() / rows(x)


def clipped_from_below(x: Any, t: Any, c: float) -> Any:
    return cross_entropy(np.maximum(softmax(x), c), t)


def clipped(x: Any, t: Any, c: float) -> Any:
    return cross_entropy(np.clip(softmax(x), c, 1 - c), t)


def zeros_replaced(x: Any, t: Any, c: float) -> Any:
    p = softmax(x)
    return cross_entropy(np.where(p == 0, p.dtype.type(c), p), t)


def x_in_place(x: Any, t: Any) -> Any:
    x -= x.max(axis=-1, keepdims=True)
    return right(x, t)


MISTAKES: Final = (
    Mistake(
        "softmax_cross_entropy/log-base-2",
        "softmax_cross_entropy",
        log_base_2,
        "The logarithm is that of base 2, as in the lecture's table; the formula means the natural one.",
        "Try x = [0, 0] with t = [1, 0]: log 2 = 0.693 is right.",
        sign="log base 2",
    ),
    Mistake(
        "softmax_cross_entropy/summed",
        "softmax_cross_entropy",
        summed,
        "The rows are summed; over a batch the mean is meant.",
        "Repeat all rows twice: a mean should not change.",
        sign="times n",
    ),
    Mistake(
        "softmax_cross_entropy/averaged-over-classes",
        "softmax_cross_entropy",
        averaged_over_classes,
        "The mean is taken over all n k elements; the sum over the classes stays a sum, only the rows are averaged.",
        "Try one row, x = [0, 0] with t = [1, 0]: log 2 is right.",
        sign="divided by k",
    ),
    Mistake(
        "softmax_cross_entropy/negated",
        "softmax_cross_entropy",
        negated,
        "The minus in front of Σ_i t_i log p_i is missing.",
        "Look at the sign: log p is never positive, the loss never negative.",
        sign="negated",
    ),
    Mistake(
        "softmax_cross_entropy/single-row-divided",
        "softmax_cross_entropy",
        single_row_divided,
        "len(x) is k for a single row of shape (k,), which counts as n = 1.",
        "Try the same row with shapes (3,) and (1, 3): the answers should be equal.",
        costs="edges",
    ),
    Mistake(
        "softmax_cross_entropy/one-a-row",
        "softmax_cross_entropy",
        one_a_row,
        "The losses of the rows come back as an array; their mean is one number.",
        "Try shape (2, 3) and look at the shape that comes back.",
    ),
    Mistake(
        "softmax_cross_entropy/softmax-twice",
        "softmax_cross_entropy",
        softmax_twice,
        "softmax is applied twice, once here and once inside the loss from logits.",
        "Try x = [0, 100] with t = [0, 1]: the loss should be all but 0.",
    ),
    Mistake(
        "softmax_cross_entropy/softmax-forgotten",
        "softmax_cross_entropy",
        softmax_forgotten,
        "The logarithm is taken of x itself: logits go through softmax first.",
        "Try x = [-1, -2]: a logit may be negative.",
    ),
    Mistake(
        "softmax_cross_entropy/sigmoid-for-softmax",
        "softmax_cross_entropy",
        sigmoid_for_softmax,
        "Each logit goes through a sigmoid of its own; softmax divides by the sum over all classes.",
        "Add 1 to all logits of a row: the loss should not change.",
    ),
    Mistake(
        "softmax_cross_entropy/axis-0",
        "softmax_cross_entropy",
        axis_0,
        "softmax runs down the columns, over the batch; the slide sums over the classes of one sample.",
        "Try n = 1: a single sample should have a loss.",
    ),
    Mistake(
        "softmax_cross_entropy/whole-matrix",
        "softmax_cross_entropy",
        whole_matrix,
        "softmax runs over the whole matrix, all samples together; the slide sums over the classes of one sample.",
        "Repeat all rows twice: a mean should not change.",
    ),
    Mistake(
        "softmax_cross_entropy/shift-not-undone",
        "softmax_cross_entropy",
        shift_not_undone,
        "The maximum is subtracted inside log Σ e^x only: x_i outside needs the same shift.",
        "Add 1 to all logits of a row: the loss should not change.",
    ),
    Mistake(
        "softmax_cross_entropy/log-sum-exp-forgotten",
        "softmax_cross_entropy",
        log_sum_exp_forgotten,
        "-Σ t_i x_i lacks the softmax's denominator: log softmax(x)_i is x_i - log Σ_j e^{x_j}.",
        "Add 1 to all logits of a row: the loss should not change.",
    ),
    given(
        "softmax_cross_entropy/winner-only",
        right,
        winner_only,
        "Only one-hot targets are understood: the class with the largest target counts as 1, and soft targets lose "
        "their shares.",
        "Try t = [0.4, 0.6].",
    ),
    Mistake(
        "softmax_cross_entropy/log-of-sum",
        "softmax_cross_entropy",
        log_of_sum,
        "-log Σ t_i p_i takes one logarithm of the sum; the slide sums t_i log p_i, which differs for soft targets.",
        "Try t = [0.5, 0.5].",
    ),
    Mistake(
        "softmax_cross_entropy/scores-summed",
        "softmax_cross_entropy",
        scores_summed,
        "The scores Σ_i t_i x_i are summed over the whole batch, where each row keeps its own until the mean is taken.",
        "Try one row, then the same row twice: a mean should not change.",
    ),
    Mistake(
        "softmax_cross_entropy/denominators-summed",
        "softmax_cross_entropy",
        denominators_summed,
        "log Σ_j e^{x_j} is summed over the rows, and only the scores Σ_i t_i x_i are averaged; the mean is over both.",
        "Try one row, then the same row twice: a mean should not change.",
    ),
    Mistake(
        "softmax_cross_entropy/target-forgotten",
        "softmax_cross_entropy",
        target_forgotten,
        "t_i is left out: -log p is summed over all classes instead of the true one.",
        "Try x = [0, 5] with t = [0, 1] and with t = [1, 0]: the answers should differ.",
    ),
    Mistake(
        "softmax_cross_entropy/sigmoid-for-one-class",
        "softmax_cross_entropy",
        sigmoid_for_one_class,
        "For k = 1 a sigmoid is taken instead of softmax; e^x / e^x is 1 whatever x is, and its logarithm 0.",
        "Try x of shape (2, 1).",
        costs="edges",
    ),
    Mistake(
        "softmax_cross_entropy/no-shift",
        "softmax_cross_entropy",
        no_shift,
        "e^x as on the slide overflows for large x, and for very negative x every e^x is 0: the loss is nan or inf.",
        "Try x = [1000, 1001]; what happens to softmax when all x of a row move together?",
        costs="stability",
    ),
    Mistake(
        "softmax_cross_entropy/log-of-softmax",
        "softmax_cross_entropy",
        log_of_softmax,
        "softmax rounds to 0 for a class far behind, and log 0 is -inf, where the true loss is finite.",
        "Try x = [0, 1000] with t = [1, 0]: the loss is 1000. What is the logarithm of a quotient?",
        costs="stability",
    ),
    Mistake(
        "softmax_cross_entropy/shifted-by-largest-of-all",
        "softmax_cross_entropy",
        shifted_by_largest_of_all,
        "The maximum of the whole matrix is subtracted: a row far below it has only e^x = 0, and log 0 is -inf.",
        "Try x = [[0, 1], [1000, 1001]].",
        costs="stability",
    ),
    Mistake(
        "softmax_cross_entropy/zero-times-log-zero",
        "softmax_cross_entropy",
        zero_times_log_zero,
        "softmax rounds to 0 for a class far behind: t log p is then 0 · log 0 = nan, or inf where the class counts.",
        "Try x = [0, 1000] with t = [0, 1]: the loss is 0. What is the logarithm of a quotient?",
        costs="stability",
    ),
    Mistake(
        "softmax_cross_entropy/no-shift-zero-times-log-zero",
        "softmax_cross_entropy",
        no_shift_zero_times_log_zero,
        "e^x as on the slide overflows for large x, and where a share rounds to 0, t log p is 0 · log 0 = nan.",
        "Try x = [1000, 1001] and x = [-1000, 0]; what happens to softmax when all x of a row move together?",
        costs="stability",
    ),
    guarded(
        "softmax_cross_entropy/clipped-from-below",
        clipped_from_below,
        1e-15,
        "p is raised to at least {c}, so no class can cost more than -log {c}.",
        "Try x = [0, 100] with t = [1, 0]: the loss is 100.",
    ),
    guarded(
        "softmax_cross_entropy/epsilon-in-log",
        epsilon_in_log,
        1e-12,
        "log(p + {c}) has a guard that belongs to no formula of the slide, so no class can cost more than -log {c}.",
        "Try x = [0, 100] with t = [1, 0]: the loss is 100.",
    ),
    guarded(
        "softmax_cross_entropy/no-shift-epsilon-in-log",
        no_shift_epsilon_in_log,
        1e-12,
        "e^x as on the slide overflows for large x, and log(p + {c}) has a guard that belongs to no formula.",
        "Try x = [1000, 1001], then x = [0, 100] with t = [1, 0]: the loss is 100.",
    ),
    guarded(
        "softmax_cross_entropy/epsilon-in-log-of-sum",
        epsilon_in_log_of_sum,
        1e-8,
        "log(Σ e^x + {c}) has a guard that belongs to no formula: with the shift, the sum is never below 1.",
        "Try x = [0, 100] with t = [0, 1] in float64: the loss is all but 0.",
    ),
    guarded(
        "softmax_cross_entropy/clipped",
        clipped,
        1e-7,
        "p is clipped to [{c}, 1 - {c}], so no class can cost more than -log {c}, and none exactly 0.",
        "Try x = [0, 100] with t = [1, 0]: the loss is 100.",
    ),
    guarded(
        "softmax_cross_entropy/zeros-replaced",
        zeros_replaced,
        1e-10,
        "Where softmax rounds to 0 it is replaced by {c}, a guard that belongs to no formula: the logarithm is taken "
        "of a rounded softmax, and no class can cost more than -log {c} there.",
        "Try x = [0, 1000] with t = [1, 0]: log softmax(x) = x - log Σ e^x needs no guard.",
    ),
    written_to("softmax_cross_entropy/x-in-place", x_in_place, "x"),
    state_kept("softmax_cross_entropy", accumulating(right)),
)
