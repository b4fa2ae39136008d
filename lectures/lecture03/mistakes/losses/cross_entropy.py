"""Mistakes in cross_entropy."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.given import given
from gradecheck.packs.mistakes.guards import guarding
from gradecheck.packs.mistakes.habits import accumulating
from gradecheck.packs.mistakes.hygiene import state_kept, written_to
from lectures.lecture03.mistakes.activations.softmax import right as softmax


def rows(x: Any) -> int:
    """A 1-D x is one row."""
    return len(x) if x.ndim == 2 else 1


def summed(p: Any, t: Any) -> Any:
    """-Σ t log p over everything, with 0 log 0 = 0."""
    return -(t * np.log(np.where(t == 0, 1, p))).sum()


def right(p: Any, t: Any) -> Any:
    return summed(p, t) / rows(p)


def winner(t: Any) -> Any:
    """1 at the largest target of each row, and 0 elsewhere."""
    return np.eye(t.shape[-1], dtype=t.dtype)[t.argmax(axis=-1)]


def log_base_2(p: Any, t: Any) -> Any:
    return right(p, t) / float(np.log(2))


def log_base_10(p: Any, t: Any) -> Any:
    return right(p, t) / float(np.log(10))


def log_base_2_summed(p: Any, t: Any) -> Any:
    return summed(p, t) / float(np.log(2))


def averaged_over_classes(p: Any, t: Any) -> Any:
    return summed(p, t) / p.size


def negated(p: Any, t: Any) -> Any:
    return -right(p, t)


def classes_for_rows(p: Any, t: Any) -> Any:
    return summed(p, t) / p.shape[-1]


def single_row_divided(p: Any, t: Any) -> Any:
    return summed(p, t) / len(p)


def one_a_row(p: Any, t: Any) -> Any:
    return -(t * np.log(np.where(t == 0, 1, p))).sum(axis=-1)


def n_minus_1(p: Any, t: Any) -> Any:
    return summed(p, t) / max(rows(p) - 1, 1)


def swapped(p: Any, t: Any) -> Any:
    return right(t, p)


def target_forgotten(p: Any, t: Any) -> Any:
    return right(p, np.ones_like(t))


def log_forgotten(p: Any, t: Any) -> Any:
    return -(t * p).sum() / rows(p)


def log_of_sum(p: Any, t: Any) -> Any:
    return -np.log((t * p).sum(axis=-1)).sum() / rows(p)


def winner_only(p: Any, t: Any) -> tuple[Any, ...]:
    return p, winner(t)


def full_targets_only(p: Any, t: Any) -> Any:
    return -np.log(p[t == 1]).sum() / rows(p)


def softmax_once_more(p: Any, t: Any) -> Any:
    return right(softmax(p), t)


def binary_part_added(p: Any, t: Any) -> Any:
    return right(p, t) + right(1 - p, 1 - t)


def squared_error(p: Any, t: Any) -> Any:
    return ((t - p) ** 2).sum() / rows(p)


def zero_times_log_zero(p: Any, t: Any) -> Any:
    return -(t * np.log(p)).sum() / rows(p)


def epsilon_lost_in_float32(p: Any, t: Any) -> Any:
    return -(t * np.log(p + 1e-300)).sum() / rows(p)


def epsilon_added(p: Any, t: Any, c: float) -> tuple[Any, ...]:
    return p + c, t


def raised(p: Any, t: Any, c: float) -> tuple[Any, ...]:
    return np.maximum(p, c), t


def clipped(p: Any, t: Any, c: float) -> tuple[Any, ...]:
    return np.clip(p, c, 1 - c), t


def p_in_place(p: Any, t: Any) -> Any:
    p[t == 0] = 1
    return right(p, t)


MISTAKES: Final = (
    Mistake(
        "cross_entropy/log-base-2",
        "cross_entropy",
        log_base_2,
        "The logarithm is that of base 2, as in the lecture's table; the formula means the natural one.",
        "Try p = [1/e, 1 - 1/e] with t = [1, 0].",
        sign="log base 2",
    ),
    Mistake(
        "cross_entropy/log-base-10",
        "cross_entropy",
        log_base_10,
        "The logarithm is that of base 10; the formula means the natural one.",
        "Try p = [1/e, 1 - 1/e] with t = [1, 0].",
        sign="log base 10",
    ),
    Mistake(
        "cross_entropy/log-base-2-summed",
        "cross_entropy",
        log_base_2_summed,
        "Two at once: the logarithm is that of base 2, and the rows are summed where their mean is meant.",
        "Try one row with p = [1/e, 1 - 1/e] and t = [1, 0], then the same row twice.",
    ),
    Mistake(
        "cross_entropy/summed",
        "cross_entropy",
        summed,
        "The rows are summed; over a batch the mean of -Σ_i t_i log p_i is meant.",
        "Repeat all rows twice: a mean should not change.",
        sign="times n",
    ),
    Mistake(
        "cross_entropy/averaged-over-classes",
        "cross_entropy",
        averaged_over_classes,
        "The mean is taken over all n k elements; the sum over the classes stays a sum, only the rows are averaged.",
        "Try one row with p = [0.5, 0.5] and t = [1, 0]: log 2 is right.",
        sign="divided by k",
    ),
    Mistake(
        "cross_entropy/classes-for-rows",
        "cross_entropy",
        classes_for_rows,
        "The sum is divided by the number of classes k; the mean over the n rows is meant.",
        "Try n = 2 and k = 3, and look at what you divide by.",
    ),
    Mistake(
        "cross_entropy/negated",
        "cross_entropy",
        negated,
        "The minus in front of Σ_i t_i log p_i is missing.",
        "Look at the sign: log p is never positive, the loss never negative.",
        sign="negated",
    ),
    Mistake(
        "cross_entropy/single-row-divided",
        "cross_entropy",
        single_row_divided,
        "len(p) is k for a single row of shape (k,), which counts as n = 1.",
        "Try the same row with shapes (3,) and (1, 3): the answers should be equal.",
        costs="edges",
    ),
    Mistake(
        "cross_entropy/one-a-row",
        "cross_entropy",
        one_a_row,
        "The losses of the rows come back as an array; their mean is one number.",
        "Try shape (2, 3) and look at the shape that comes back.",
    ),
    Mistake(
        "cross_entropy/n-minus-1",
        "cross_entropy",
        n_minus_1,
        "The sum is divided by n - 1; the mean over n rows is meant.",
        "Repeat all rows twice: a mean should not change.",
    ),
    Mistake(
        "cross_entropy/swapped",
        "cross_entropy",
        swapped,
        "p and t are swapped: the logarithm is taken of the targets, whose zeros give inf.",
        "Compare the order of the arguments with the contract's: cross_entropy(p, t).",
    ),
    Mistake(
        "cross_entropy/target-forgotten",
        "cross_entropy",
        target_forgotten,
        "t_i is left out: -log p is summed over all classes instead of the true one.",
        "Try p = [0.1, 0.9] with t = [0, 1] and with t = [1, 0]: the answers should differ.",
    ),
    Mistake(
        "cross_entropy/log-forgotten",
        "cross_entropy",
        log_forgotten,
        "-Σ t_i p_i lacks the logarithm.",
        "Try p = t, where the loss is 0.",
    ),
    Mistake(
        "cross_entropy/log-of-sum",
        "cross_entropy",
        log_of_sum,
        "-log Σ t_i p_i takes one logarithm of the sum; the slide sums t_i log p_i, which differs for soft targets.",
        "Try t = [0.5, 0.5].",
    ),
    given(
        "cross_entropy/winner-only",
        right,
        winner_only,
        "Only one-hot targets are understood: the class with the largest target counts as 1, and soft targets lose "
        "their shares.",
        "Try t = [0.4, 0.6].",
    ),
    Mistake(
        "cross_entropy/full-targets-only",
        "cross_entropy",
        full_targets_only,
        "Only classes with t_i = 1 count: soft targets are left out.",
        "Try t = [0.5, 0.5].",
    ),
    Mistake(
        "cross_entropy/softmax-once-more",
        "cross_entropy",
        softmax_once_more,
        "p goes through softmax again, but holds probabilities already.",
        "Try p = t, where the loss is 0.",
    ),
    Mistake(
        "cross_entropy/binary-part-added",
        "cross_entropy",
        binary_part_added,
        "(1 - t_i) log(1 - p_i) is added, as for a single sigmoid output; the slide has t_i log p_i only.",
        "Try p = [0.25, 0.75] with t = [0, 1]: only one class should count.",
    ),
    Mistake(
        "cross_entropy/squared-error",
        "cross_entropy",
        squared_error,
        "The squared error is taken: this is another loss of the lecture.",
        "Try p = [0.5, 0.5] with t = [1, 0]: log 2 is right.",
    ),
    Mistake(
        "cross_entropy/zero-times-log-zero",
        "cross_entropy",
        zero_times_log_zero,
        "Where t_i = 0 and p_i = 0 the product 0 · log 0 is nan; in the loss it counts as 0.",
        "Try p = [0, 1] with t = [0, 1].",
        costs="edges",
    ),
    Mistake(
        "cross_entropy/epsilon-lost-in-float32",
        "cross_entropy",
        epsilon_lost_in_float32,
        "1e-300 is 0 in float32, so log(p + 1e-300) guards nothing there: 0 · log 0 is nan, where it counts as 0.",
        "Try p = [0, 1] with t = [0, 1] in float32.",
        costs="edges",
    ),
    guarding(
        "cross_entropy/clipped-from-below",
        right,
        raised,
        1e-15,
        "p is raised to at least {c}, so no class can cost more than -log {c}.",
        "Try p = 1e-20 at the true class.",
    ),
    guarding(
        "cross_entropy/epsilon-in-log",
        right,
        epsilon_added,
        1e-12,
        "log(p + {c}) has a guard that belongs to no formula of the slide: the loss is a little too small.",
        "Try p = [1, 0] with t = [1, 0] in float64, and p = 1e-20 at the true class.",
    ),
    guarding(
        "cross_entropy/clipped",
        right,
        clipped,
        1e-7,
        "p is clipped to [{c}, 1 - {c}], so no class can cost more than -log {c}, and none exactly 0.",
        "Try p = 1e-20 at the true class, and p = 1.",
    ),
    written_to("cross_entropy/p-in-place", p_in_place, "p"),
    state_kept("cross_entropy", accumulating(right)),
)
