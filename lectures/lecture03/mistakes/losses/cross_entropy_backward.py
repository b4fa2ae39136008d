"""Mistakes in cross_entropy_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.lecture03.mistakes.losses.cross_entropy import logarithm, ones_written, rows
from lectures.lecture03.mistakes.shared import single_row_divided, winner_only


@Right
def cross_entropy_backward(p: Any, t: Any) -> Any:
    """-t / p / n, and 0 where t is 0."""
    return -t / np.where(t == 0, 1, p) / rows(p)


def zeros_in_float64(p: Any, t: Any) -> Any:
    gradient = np.zeros(p.shape)
    gradient[t > 0] = -t[t > 0] / p[t > 0] / rows(p)
    return gradient


MISTAKES: Final = (
    cross_entropy_backward.wrong("negated", lambda p, t: -cross_entropy_backward(p, t),
        "The minus is missing: ∂L/∂p_i = -t_i / p_i, over n.",
        "Raise p of the true class by a little: the loss should fall.", sign="negated"),
    cross_entropy_backward.wrong("not-divided", lambda p, t: cross_entropy_backward(p, t) * rows(p),
        "The 1/n of the mean over the rows is missing: the loss has it, and so has its gradient.",
        "Repeat all rows twice: each element of the gradient should be halved.", sign="times n"),
    cross_entropy_backward.wrong("averaged-over-classes", lambda p, t: cross_entropy_backward(p, t) / p.shape[-1],
        "The gradient is divided by n k; the sum over the classes has no 1/k.",
        "Try one row with p = [0.5, 0.5] and t = [1, 0].", sign="divided by k"),
    single_row_divided(cross_entropy_backward, lambda p, t: cross_entropy_backward(p, t) * rows(p) / len(p), "p"),
    cross_entropy_backward.wrong("log-base-2", lambda p, t: cross_entropy_backward(p, t) / float(np.log(2)),
        "This is the derivative of the logarithm of base 2; that of the natural one is 1/p.",
        "Try p = [0.5, 0.5] with t = [1, 0].", sign="log base 2"),
    cross_entropy_backward.wrong("gradient-of-logits", lambda p, t: (p - t) / rows(p),
        "(p - t) / n is the gradient with respect to the logits before softmax; with respect to p it is -t / p / n.",
        "Look at what the loss is differentiated by: x or p?"),
    cross_entropy_backward.wrong("gradient-of-logits-not-divided", lambda p, t: p - t,
        "Two at once: p - t is the gradient with respect to the logits in front of softmax, and the 1/n is missing.",
        "Look at what the loss is differentiated by: x or p? Then repeat all rows twice."),
    cross_entropy_backward.wrong("target-forgotten", lambda p, t: cross_entropy_backward(p, np.ones_like(t)),
        "-1 / p lacks the factor t_i: a class that is not the true one does not enter the loss.",
        "Try t = [1, 0]: the second element should be 0."),
    cross_entropy_backward.wrong("share-forgotten", lambda p, t: cross_entropy_backward(p, (t > 0).astype(t.dtype)),
        "Every class with t_i > 0 counts as 1: soft targets lose their shares.",
        "Try t = [0.4, 0.6]."),
    winner_only(cross_entropy_backward),
    cross_entropy_backward.wrong("upside-down", lambda p, t: -p / t / rows(p),
        "The fraction is upside down: ∂L/∂p_i is -t_i / p_i, not -p_i / t_i.",
        "Try t = [1, 0]: which denominator can be 0?"),
    cross_entropy_backward.wrong("p-squared", lambda p, t: cross_entropy_backward(p, t) / np.where(t == 0, 1, p),
        "The gradient is divided by p twice: the derivative of log p is 1/p.",
        "Try p = [0.5, 0.5] with t = [1, 0]."),
    cross_entropy_backward.wrong("log-kept", lambda p, t: -t * logarithm(p, t) / rows(p),
        "-t log p is the loss before summing, not its derivative: that of log p is 1/p.",
        "Try p = 1 at the true class: the gradient is not 0."),
    cross_entropy_backward.wrong("binary-part-added",
        lambda p, t: cross_entropy_backward(p, t) - cross_entropy_backward(1 - p, 1 - t),
        "(1 - t_i) / (1 - p_i) is added, as for a single sigmoid output; the slide's loss has t_i log p_i only.",
        "Try t = [0, 1]: the first element should be 0."),
    cross_entropy_backward.wrong("summed-over-batch", lambda p, t: cross_entropy_backward(p, t).sum(axis=0),
        "The rows are summed into one; each row has its own gradient.",
        "Try shape (2, 3) and look at the shape that comes back."),
    cross_entropy_backward.wrong("zero-over-zero", lambda p, t: -t / p / rows(p),
        "Where t_i = 0 and p_i = 0 the quotient 0 / 0 is nan; a class with t_i = 0 has the gradient 0.",
        "Try p = [0, 1] with t = [0, 1].", costs="edges"),
    cross_entropy_backward.guarding("clipped-from-below", 1e-15, lambda p, t, c: (np.maximum(p, c), t),
        "p is raised to at least {c}, so the gradient never exceeds t / {c}.",
        "Try p = 1e-20 at the true class."),
    cross_entropy_backward.guarding("epsilon-in-denominator", 1e-12, lambda p, t, c: (p + c, t),
        "t / (p + {c}) has a guard that belongs to no formula of the slide: the gradient is a little too small.",
        "Try p = 1e-20 at the true class."),
    cross_entropy_backward.guarding("clipped", 1e-7, lambda p, t, c: (np.clip(p, c, 1 - c), t),
        "p is clipped to [{c}, 1 - {c}], so the gradient never exceeds t / {c}.",
        "Try p = 1e-20 at the true class, and p = 1."),
    cross_entropy_backward.float32_lost(zeros_in_float64),
    cross_entropy_backward.written_to("p-in-place", cross_entropy_backward.of(ones_written), "p"),
    cross_entropy_backward.state_kept(),
)  # fmt: skip
