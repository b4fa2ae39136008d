"""Mistakes in cross_entropy."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.lecture03.mistakes.activations.softmax import softmax
from lectures.lecture03.mistakes.shared import single_row_divided, winner_only


def rows(x: Any) -> int:
    """A 1-D x is one row."""
    return len(x) if x.ndim == 2 else 1


def loss(log_p: Any, t: Any) -> Any:
    """-Σ_i t_i log p_i, mean over the rows."""
    return -(t * log_p).sum() / rows(log_p)


def logarithm(p: Any, t: Any) -> Any:
    """log p, and 0 where t is 0, so that 0 log 0 = 0."""
    return np.log(np.where(t == 0, 1, p))


def summed(p: Any, t: Any) -> Any:
    return -(t * logarithm(p, t)).sum()


@Right
def cross_entropy(p: Any, t: Any) -> Any:
    return loss(logarithm(p, t), t)


def ones_written(p: Any, t: Any) -> tuple[Any, ...]:
    """The arguments, with 1 in p where t is 0."""
    p[t == 0] = 1
    return p, t


MISTAKES: Final = (
    cross_entropy.wrong("log-base-2", lambda p, t: cross_entropy(p, t) / float(np.log(2)),
        "The logarithm is that of base 2, as in the lecture's table; the formula means the natural one.",
        "Try p = [1/e, 1 - 1/e] with t = [1, 0].", sign="log base 2"),
    cross_entropy.wrong("log-base-10", lambda p, t: cross_entropy(p, t) / float(np.log(10)),
        "The logarithm is that of base 10; the formula means the natural one.",
        "Try p = [1/e, 1 - 1/e] with t = [1, 0].", sign="log base 10"),
    cross_entropy.wrong("log-base-2-summed", lambda p, t: summed(p, t) / float(np.log(2)),
        "Two at once: the logarithm is that of base 2, and the rows are summed where their mean is meant.",
        "Try one row with p = [1/e, 1 - 1/e] and t = [1, 0], then the same row twice."),
    cross_entropy.wrong("summed", summed,
        "The rows are summed; over a batch the mean of -Σ_i t_i log p_i is meant.",
        "Repeat all rows twice: a mean should not change.", sign="times n"),
    cross_entropy.wrong("averaged-over-classes", lambda p, t: summed(p, t) / p.size,
        "The mean is taken over all n k elements; the sum over the classes stays a sum, only the rows are averaged.",
        "Try one row with p = [0.5, 0.5] and t = [1, 0]: log 2 is right.", sign="divided by k"),
    cross_entropy.wrong("classes-for-rows", lambda p, t: summed(p, t) / p.shape[-1],
        "The sum is divided by the number of classes k; the mean over the n rows is meant.",
        "Try n = 2 and k = 3, and look at what you divide by."),
    cross_entropy.wrong("negated", lambda p, t: -cross_entropy(p, t),
        "The minus in front of Σ_i t_i log p_i is missing.",
        "Look at the sign: log p is never positive, the loss never negative.", sign="negated"),
    single_row_divided(cross_entropy, lambda p, t: summed(p, t) / len(p), "p"),
    cross_entropy.wrong("one-a-row", lambda p, t: -(t * logarithm(p, t)).sum(axis=-1),
        "The losses of the rows come back as an array; their mean is one number.",
        "Try shape (2, 3) and look at the shape that comes back."),
    cross_entropy.wrong("n-minus-1", lambda p, t: summed(p, t) / max(rows(p) - 1, 1),
        "The sum is divided by n - 1; the mean over n rows is meant.",
        "Repeat all rows twice: a mean should not change."),
    cross_entropy.wrong("swapped", lambda p, t: cross_entropy(t, p),
        "p and t are swapped: the logarithm is taken of the targets, whose zeros give inf.",
        "Compare the order of the arguments with the contract's: cross_entropy(p, t)."),
    cross_entropy.wrong("target-forgotten", lambda p, t: cross_entropy(p, np.ones_like(t)),
        "t_i is left out: -log p is summed over all classes instead of the true one.",
        "Try p = [0.1, 0.9] with t = [0, 1] and with t = [1, 0]: the answers should differ."),
    cross_entropy.wrong("log-forgotten", lambda p, t: loss(p, t),
        "-Σ t_i p_i lacks the logarithm.",
        "Try p = t, where the loss is 0."),
    cross_entropy.wrong("log-of-sum", lambda p, t: -np.log((t * p).sum(axis=-1)).sum() / rows(p),
        "-log Σ t_i p_i takes one logarithm of the sum; the slide sums t_i log p_i, which differs for soft targets.",
        "Try t = [0.5, 0.5]."),
    winner_only(cross_entropy),
    cross_entropy.wrong("full-targets-only", lambda p, t: -np.log(p[t == 1]).sum() / rows(p),
        "Only classes with t_i = 1 count: soft targets are left out.",
        "Try t = [0.5, 0.5]."),
    cross_entropy.wrong("softmax-once-more", lambda p, t: cross_entropy(softmax(p), t),
        "p goes through softmax again, but holds probabilities already.",
        "Try p = t, where the loss is 0."),
    cross_entropy.wrong("binary-part-added", lambda p, t: cross_entropy(p, t) + cross_entropy(1 - p, 1 - t),
        "(1 - t_i) log(1 - p_i) is added, as for a single sigmoid output; the slide has t_i log p_i only.",
        "Try p = [0.25, 0.75] with t = [0, 1]: only one class should count."),
    cross_entropy.wrong("squared-error", lambda p, t: ((t - p) ** 2).sum() / rows(p),
        "The squared error is taken: this is another loss of the lecture.",
        "Try p = [0.5, 0.5] with t = [1, 0]: log 2 is right."),
    cross_entropy.wrong("zero-times-log-zero", lambda p, t: loss(np.log(p), t),
        "Where t_i = 0 and p_i = 0 the product 0 · log 0 is nan; in the loss it counts as 0.",
        "Try p = [0, 1] with t = [0, 1].", costs="edges"),
    cross_entropy.wrong("epsilon-lost-in-float32", lambda p, t: loss(np.log(p + 1e-300), t),
        "1e-300 is 0 in float32, so log(p + 1e-300) guards nothing there: 0 · log 0 is nan, where it counts as 0.",
        "Try p = [0, 1] with t = [0, 1] in float32.", costs="edges"),
    cross_entropy.guarding("clipped-from-below", 1e-15, lambda p, t, c: (np.maximum(p, c), t),
        "p is raised to at least {c}, so no class can cost more than -log {c}.",
        "Try p = 1e-20 at the true class."),
    cross_entropy.guarding("epsilon-in-log", 1e-12, lambda p, t, c: (p + c, t),
        "log(p + {c}) has a guard that belongs to no formula of the slide: the loss is a little too small.",
        "Try p = [1, 0] with t = [1, 0] in float64, and p = 1e-20 at the true class."),
    cross_entropy.guarding("clipped", 1e-7, lambda p, t, c: (np.clip(p, c, 1 - c), t),
        "p is clipped to [{c}, 1 - {c}], so no class can cost more than -log {c}, and none exactly 0.",
        "Try p = 1e-20 at the true class, and p = 1."),
    cross_entropy.written_to("p-in-place", cross_entropy.of(ones_written), "p"),
    cross_entropy.state_kept(),
)  # fmt: skip
