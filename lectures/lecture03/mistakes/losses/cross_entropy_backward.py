"""Mistakes in cross_entropy_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.given import given
from gradecheck.packs.mistakes.guards import guarding
from gradecheck.packs.mistakes.habits import accumulating
from gradecheck.packs.mistakes.hygiene import float32_lost, state_kept, written_to
from lectures.lecture03.mistakes.losses.cross_entropy import clipped, epsilon_added, raised, rows, winner


def right(p: Any, t: Any) -> Any:
    """-t / p / n, and 0 where t is 0."""
    return -t / np.where(t == 0, 1, p) / rows(p)


def negated(p: Any, t: Any) -> Any:
    return -right(p, t)


def not_divided(p: Any, t: Any) -> Any:
    return right(p, t) * rows(p)


def averaged_over_classes(p: Any, t: Any) -> Any:
    return right(p, t) / p.shape[-1]


def single_row_divided(p: Any, t: Any) -> Any:
    return right(p, t) * rows(p) / len(p)


def log_base_2(p: Any, t: Any) -> Any:
    return right(p, t) / float(np.log(2))


def gradient_of_logits(p: Any, t: Any) -> Any:
    return (p - t) / rows(p)


def gradient_of_logits_not_divided(p: Any, t: Any) -> Any:
    return p - t


def target_forgotten(p: Any, t: Any) -> Any:
    return right(p, np.ones_like(t))


def share_forgotten(p: Any, t: Any) -> Any:
    return right(p, (t > 0).astype(t.dtype))


def winner_only(p: Any, t: Any) -> tuple[Any, ...]:
    return p, winner(t)


def upside_down(p: Any, t: Any) -> Any:
    return -p / t / rows(p)


def p_squared(p: Any, t: Any) -> Any:
    return right(p, t) / np.where(t == 0, 1, p)


def log_kept(p: Any, t: Any) -> Any:
    return -t * np.log(np.where(t == 0, 1, p)) / rows(p)


def binary_part_added(p: Any, t: Any) -> Any:
    return right(p, t) - right(1 - p, 1 - t)


def summed_over_batch(p: Any, t: Any) -> Any:
    return right(p, t).sum(axis=0)


def zero_over_zero(p: Any, t: Any) -> Any:
    return -t / p / rows(p)


def zeros_in_float64(p: Any, t: Any) -> Any:
    gradient = np.zeros(p.shape)
    gradient[t > 0] = -t[t > 0] / p[t > 0] / rows(p)
    return gradient


def p_in_place(p: Any, t: Any) -> Any:
    p[t == 0] = 1
    return right(p, t)


MISTAKES: Final = (
    Mistake(
        "cross_entropy_backward/negated",
        "cross_entropy_backward",
        negated,
        "The minus is missing: ∂L/∂p_i = -t_i / p_i, over n.",
        "Raise p of the true class by a little: the loss should fall.",
        sign="negated",
    ),
    Mistake(
        "cross_entropy_backward/not-divided",
        "cross_entropy_backward",
        not_divided,
        "The 1/n of the mean over the rows is missing: the loss has it, and so has its gradient.",
        "Repeat all rows twice: each element of the gradient should be halved.",
        sign="times n",
    ),
    Mistake(
        "cross_entropy_backward/averaged-over-classes",
        "cross_entropy_backward",
        averaged_over_classes,
        "The gradient is divided by n k; the sum over the classes has no 1/k.",
        "Try one row with p = [0.5, 0.5] and t = [1, 0].",
        sign="divided by k",
    ),
    Mistake(
        "cross_entropy_backward/single-row-divided",
        "cross_entropy_backward",
        single_row_divided,
        "len(p) is k for a single row of shape (k,), which counts as n = 1.",
        "Try the same row with shapes (3,) and (1, 3): the answers should be equal.",
        costs="edges",
    ),
    Mistake(
        "cross_entropy_backward/log-base-2",
        "cross_entropy_backward",
        log_base_2,
        "This is the derivative of the logarithm of base 2; that of the natural one is 1/p.",
        "Try p = [0.5, 0.5] with t = [1, 0].",
        sign="log base 2",
    ),
    Mistake(
        "cross_entropy_backward/gradient-of-logits",
        "cross_entropy_backward",
        gradient_of_logits,
        "(p - t) / n is the gradient with respect to the logits before softmax; with respect to p it is -t / p / n.",
        "Look at what the loss is differentiated by: x or p?",
    ),
    Mistake(
        "cross_entropy_backward/gradient-of-logits-not-divided",
        "cross_entropy_backward",
        gradient_of_logits_not_divided,
        "Two at once: p - t is the gradient with respect to the logits in front of softmax, and the 1/n is missing.",
        "Look at what the loss is differentiated by: x or p? Then repeat all rows twice.",
    ),
    Mistake(
        "cross_entropy_backward/target-forgotten",
        "cross_entropy_backward",
        target_forgotten,
        "-1 / p lacks the factor t_i: a class that is not the true one does not enter the loss.",
        "Try t = [1, 0]: the second element should be 0.",
    ),
    Mistake(
        "cross_entropy_backward/share-forgotten",
        "cross_entropy_backward",
        share_forgotten,
        "Every class with t_i > 0 counts as 1: soft targets lose their shares.",
        "Try t = [0.4, 0.6].",
    ),
    given(
        "cross_entropy_backward/winner-only",
        right,
        winner_only,
        "Only one-hot targets are understood: the class with the largest target counts as 1, and soft targets lose "
        "their shares.",
        "Try t = [0.4, 0.6].",
    ),
    Mistake(
        "cross_entropy_backward/upside-down",
        "cross_entropy_backward",
        upside_down,
        "The fraction is upside down: ∂L/∂p_i is -t_i / p_i, not -p_i / t_i.",
        "Try t = [1, 0]: which denominator can be 0?",
    ),
    Mistake(
        "cross_entropy_backward/p-squared",
        "cross_entropy_backward",
        p_squared,
        "The gradient is divided by p twice: the derivative of log p is 1/p.",
        "Try p = [0.5, 0.5] with t = [1, 0].",
    ),
    Mistake(
        "cross_entropy_backward/log-kept",
        "cross_entropy_backward",
        log_kept,
        "-t log p is the loss before summing, not its derivative: that of log p is 1/p.",
        "Try p = 1 at the true class: the gradient is not 0.",
    ),
    Mistake(
        "cross_entropy_backward/binary-part-added",
        "cross_entropy_backward",
        binary_part_added,
        "(1 - t_i) / (1 - p_i) is added, as for a single sigmoid output; the slide's loss has t_i log p_i only.",
        "Try t = [0, 1]: the first element should be 0.",
    ),
    Mistake(
        "cross_entropy_backward/summed-over-batch",
        "cross_entropy_backward",
        summed_over_batch,
        "The rows are summed into one; each row has its own gradient.",
        "Try shape (2, 3) and look at the shape that comes back.",
    ),
    Mistake(
        "cross_entropy_backward/zero-over-zero",
        "cross_entropy_backward",
        zero_over_zero,
        "Where t_i = 0 and p_i = 0 the quotient 0 / 0 is nan; a class with t_i = 0 has the gradient 0.",
        "Try p = [0, 1] with t = [0, 1].",
        costs="edges",
    ),
    guarding(
        "cross_entropy_backward/clipped-from-below",
        right,
        raised,
        1e-15,
        "p is raised to at least {c}, so the gradient never exceeds t / {c}.",
        "Try p = 1e-20 at the true class.",
    ),
    guarding(
        "cross_entropy_backward/epsilon-in-denominator",
        right,
        epsilon_added,
        1e-12,
        "t / (p + {c}) has a guard that belongs to no formula of the slide: the gradient is a little too small.",
        "Try p = 1e-20 at the true class.",
    ),
    guarding(
        "cross_entropy_backward/clipped",
        right,
        clipped,
        1e-7,
        "p is clipped to [{c}, 1 - {c}], so the gradient never exceeds t / {c}.",
        "Try p = 1e-20 at the true class, and p = 1.",
    ),
    float32_lost("cross_entropy_backward", zeros_in_float64),
    written_to("cross_entropy_backward/p-in-place", p_in_place, "p"),
    state_kept("cross_entropy_backward", accumulating(right)),
)
