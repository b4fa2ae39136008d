"""Mistakes in softmax_cross_entropy."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.lecture03.mistakes.activations.sigmoid import sigmoid
from lectures.lecture03.mistakes.activations.softmax import log_shares, shares, shifted, shifted_in_place, softmax
from lectures.lecture03.mistakes.losses.cross_entropy import cross_entropy, loss, rows
from lectures.lecture03.mistakes.shared import single_row_divided, winner_only


def log_softmax(x: Any, axis: int | None = -1) -> Any:
    return log_shares(shifted(x, axis), axis)


def summed(x: Any, t: Any) -> Any:
    return -(t * log_softmax(x)).sum()


@Right
def softmax_cross_entropy(x: Any, t: Any) -> Any:
    """-Σ_i t_i log softmax(x)_i, mean over the rows."""
    return loss(log_softmax(x), t)


def log_sum_exp(x: Any) -> Any:
    return x.max(axis=-1) + np.log(np.exp(shifted(x)).sum(axis=-1))


def log_of_sum(x: Any, t: Any) -> Any:
    z = shifted(x)
    largest = np.where(t > 0, z, -np.inf).max(axis=-1, keepdims=True)
    chosen = largest[..., 0] + np.log((t * np.exp(np.minimum(z - largest, 0))).sum(axis=-1))
    return -(chosen - np.log(np.exp(z).sum(axis=-1))).sum() / rows(x)


def zeros_replaced(x: Any, t: Any, c: float) -> Any:
    p = softmax(x)
    return cross_entropy(np.where(p == 0, p.dtype.type(c), p), t)


MISTAKES: Final = (
    softmax_cross_entropy.wrong("log-base-2", lambda x, t: softmax_cross_entropy(x, t) / float(np.log(2)),
        "The logarithm is that of base 2, as in the lecture's table; the formula means the natural one.",
        "Try x = [0, 0] with t = [1, 0]: log 2 = 0.693 is right.", sign="log base 2"),
    softmax_cross_entropy.wrong("summed", summed,
        "The rows are summed; over a batch the mean is meant.",
        "Repeat all rows twice: a mean should not change.", sign="times n"),
    softmax_cross_entropy.wrong("averaged-over-classes", lambda x, t: summed(x, t) / x.size,
        "The mean is taken over all n k elements; the sum over the classes stays a sum, only the rows are averaged.",
        "Try one row, x = [0, 0] with t = [1, 0]: log 2 is right.", sign="divided by k"),
    softmax_cross_entropy.wrong("negated", lambda x, t: -softmax_cross_entropy(x, t),
        "The minus in front of Σ_i t_i log p_i is missing.",
        "Look at the sign: log p is never positive, the loss never negative.", sign="negated"),
    single_row_divided(softmax_cross_entropy, lambda x, t: summed(x, t) / len(x), "x"),
    softmax_cross_entropy.wrong("one-a-row", lambda x, t: -(t * log_softmax(x)).sum(axis=-1),
        "The losses of the rows come back as an array; their mean is one number.",
        "Try shape (2, 3) and look at the shape that comes back."),
    softmax_cross_entropy.wrong("softmax-twice", lambda x, t: softmax_cross_entropy(softmax(x), t),
        "softmax is applied twice, once here and once inside the loss from logits.",
        "Try x = [0, 100] with t = [0, 1]: the loss should be all but 0."),
    softmax_cross_entropy.wrong("softmax-forgotten", lambda x, t: cross_entropy(x, t),
        "The logarithm is taken of x itself: logits go through softmax first.",
        "Try x = [-1, -2]: a logit may be negative."),
    softmax_cross_entropy.wrong("sigmoid-for-softmax", lambda x, t: cross_entropy(sigmoid(x), t),
        "Each logit goes through a sigmoid of its own; softmax divides by the sum over all classes.",
        "Add 1 to all logits of a row: the loss should not change."),
    softmax_cross_entropy.wrong("axis-0", lambda x, t: loss(log_softmax(x, axis=0), t),
        "softmax runs down the columns, over the batch; the slide sums over the classes of one sample.",
        "Try n = 1: a single sample should have a loss."),
    softmax_cross_entropy.wrong("whole-matrix", lambda x, t: loss(log_softmax(x, axis=None), t),
        "softmax runs over the whole matrix, all samples together; the slide sums over the classes of one sample.",
        "Repeat all rows twice: a mean should not change."),
    softmax_cross_entropy.wrong("shift-not-undone",
        lambda x, t: loss(x - np.log(np.exp(shifted(x)).sum(axis=-1, keepdims=True)), t),
        "The maximum is subtracted inside log Σ e^x only: x_i outside needs the same shift.",
        "Add 1 to all logits of a row: the loss should not change."),
    softmax_cross_entropy.wrong("log-sum-exp-forgotten", lambda x, t: loss(x, t),
        "-Σ t_i x_i lacks the softmax's denominator: log softmax(x)_i is x_i - log Σ_j e^{x_j}.",
        "Add 1 to all logits of a row: the loss should not change."),
    winner_only(softmax_cross_entropy),
    softmax_cross_entropy.wrong("log-of-sum", log_of_sum,
        "-log Σ t_i p_i takes one logarithm of the sum; the slide sums t_i log p_i, which differs for soft targets.",
        "Try t = [0.5, 0.5]."),
    softmax_cross_entropy.wrong("scores-summed", lambda x, t: log_sum_exp(x).mean() - (t * x).sum(),
        "The scores Σ_i t_i x_i are summed over the whole batch, where each row keeps its own until the mean is taken.",
        "Try one row, then the same row twice: a mean should not change."),
    softmax_cross_entropy.wrong("denominators-summed", lambda x, t: log_sum_exp(x).sum() - (t * x).sum() / rows(x),
        "log Σ_j e^{x_j} is summed over the rows, and only the scores Σ_i t_i x_i are averaged; the mean is over both.",
        "Try one row, then the same row twice: a mean should not change."),
    softmax_cross_entropy.wrong("target-forgotten", lambda x, t: softmax_cross_entropy(x, np.ones_like(t)),
        "t_i is left out: -log p is summed over all classes instead of the true one.",
        "Try x = [0, 5] with t = [0, 1] and with t = [1, 0]: the answers should differ."),
    softmax_cross_entropy.wrong("sigmoid-for-one-class",
        lambda x, t: cross_entropy(sigmoid(x), t) if x.shape[-1] == 1 else softmax_cross_entropy(x, t),
        "For k = 1 a sigmoid is taken instead of softmax; e^x / e^x is 1 whatever x is, and its logarithm 0.",
        "Try x of shape (2, 1).", costs="edges"),
    softmax_cross_entropy.wrong("no-shift", lambda x, t: cross_entropy(shares(x), t),
        "e^x as on the slide overflows for large x, and for very negative x every e^x is 0: the loss is nan or inf.",
        "Try x = [1000, 1001]; what happens to softmax when all x of a row move together?", costs="stability"),
    softmax_cross_entropy.wrong("log-of-softmax", lambda x, t: cross_entropy(softmax(x), t),
        "softmax rounds to 0 for a class far behind, and log 0 is -inf, where the true loss is finite.",
        "Try x = [0, 1000] with t = [1, 0]: the loss is 1000. What is the logarithm of a quotient?",
        costs="stability"),
    softmax_cross_entropy.wrong("shifted-by-largest-of-all", lambda x, t: loss(log_shares(x - x.max()), t),
        "The maximum of the whole matrix is subtracted: a row far below it has only e^x = 0, and log 0 is -inf.",
        "Try x = [[0, 1], [1000, 1001]].", costs="stability"),
    softmax_cross_entropy.wrong("zero-times-log-zero", lambda x, t: loss(np.log(softmax(x)), t),
        "softmax rounds to 0 for a class far behind: t log p is then 0 · log 0 = nan, or inf where the class counts.",
        "Try x = [0, 1000] with t = [0, 1]: the loss is 0. What is the logarithm of a quotient?", costs="stability"),
    softmax_cross_entropy.wrong("no-shift-zero-times-log-zero", lambda x, t: loss(np.log(shares(x)), t),
        "e^x as on the slide overflows for large x, and where a share rounds to 0, t log p is 0 · log 0 = nan.",
        "Try x = [1000, 1001] and x = [-1000, 0]; what happens to softmax when all x of a row move together?",
        costs="stability"),
    softmax_cross_entropy.guarded("clipped-from-below", 1e-15,
        lambda x, t, c: cross_entropy(np.maximum(softmax(x), c), t),
        "p is raised to at least {c}, so no class can cost more than -log {c}.",
        "Try x = [0, 100] with t = [1, 0]: the loss is 100."),
    softmax_cross_entropy.guarded("epsilon-in-log", 1e-12,
        lambda x, t, c: loss(np.log(softmax(x) + c), t),
        "log(p + {c}) has a guard that belongs to no formula of the slide, so no class can cost more than -log {c}.",
        "Try x = [0, 100] with t = [1, 0]: the loss is 100."),
    softmax_cross_entropy.guarded("no-shift-epsilon-in-log", 1e-12,
        lambda x, t, c: loss(np.log(shares(x) + c), t),
        "e^x as on the slide overflows for large x, and log(p + {c}) has a guard that belongs to no formula.",
        "Try x = [1000, 1001], then x = [0, 100] with t = [1, 0]: the loss is 100."),
    softmax_cross_entropy.guarded("epsilon-in-log-of-sum", 1e-8, lambda x, t, c: loss(log_shares(shifted(x), c=c), t),
        "log(Σ e^x + {c}) has a guard that belongs to no formula: with the shift, the sum is never below 1.",
        "Try x = [0, 100] with t = [0, 1] in float64: the loss is all but 0."),
    softmax_cross_entropy.guarded("clipped", 1e-7, lambda x, t, c: cross_entropy(np.clip(softmax(x), c, 1 - c), t),
        "p is clipped to [{c}, 1 - {c}], so no class can cost more than -log {c}, and none exactly 0.",
        "Try x = [0, 100] with t = [1, 0]: the loss is 100."),
    softmax_cross_entropy.guarded("zeros-replaced", 1e-10, zeros_replaced,
        "Where softmax rounds to 0 it is replaced by {c}, a guard that belongs to no formula: the logarithm is taken "
        "of a rounded softmax, and no class can cost more than -log {c} there.",
        "Try x = [0, 1000] with t = [1, 0]: log softmax(x) = x - log Σ e^x needs no guard."),
    softmax_cross_entropy.written_to("x-in-place", lambda x, t: softmax_cross_entropy(shifted_in_place(x), t), "x"),
    softmax_cross_entropy.state_kept(),
)  # fmt: skip
