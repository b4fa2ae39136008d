"""Mistakes in kl_div and kl_div_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right


def logarithm(t: Any) -> Any:
    """log t, and 0 where t is 0, so that 0 log 0 = 0."""
    return np.log(np.where(t == 0, 1, t))


def summed(log_p: Any, t: Any) -> Any:
    return (t * (logarithm(t) - log_p)).sum()


@Right
def kl_div(log_p: Any, t: Any) -> Any:
    return summed(log_p, t) / len(t)


@Right
def kl_div_backward(log_p: Any, t: Any) -> Any:
    return -t / len(t)


def in_place(log_p: Any, t: Any) -> Any:
    np.negative(t, out=t)
    t /= len(t)
    return t


MISTAKES: Final = (
    kl_div.wrong("summed", summed,
        "The rows are summed; their mean is meant.",
        "Repeat all rows twice: a mean should not change.", sign="times n"),
    kl_div.wrong("averaged-over-classes", lambda log_p, t: summed(log_p, t) / t.size,
        'The mean is taken over all n k elements, as reduction="mean" has it; only the rows are averaged.',
        "Try one row with p = [0.5, 0.5] and t = [1, 0]: log 2 is right.", sign="divided by k"),
    kl_div.wrong("classes-for-rows", lambda log_p, t: summed(log_p, t) / t.shape[-1],
        "The sum is divided by the number of classes k; the mean over the n rows is meant.",
        "Try n = 2 and k = 3, and look at what you divide by."),
    kl_div.wrong("negated", lambda log_p, t: -kl_div(log_p, t),
        "log p_i - log t_i stands where log t_i - log p_i is meant.",
        "Look at the sign: the divergence is never negative.", sign="negated"),
    kl_div.wrong("cross-entropy", lambda log_p, t: -(t * log_p).sum() / len(t),
        "-t_i log p_i alone is summed: this is the cross entropy, which lacks t_i log t_i.",
        "Try p = t = [0.5, 0.5], where the divergence is 0."),
    kl_div.wrong("turned-round", lambda log_p, t: (np.exp(log_p) * (log_p - logarithm(t))).sum() / len(t),
        "The divergence is taken the other way round: p_i (log p_i - log t_i).",
        "Try p = [0.5, 0.5] with t = [1, 0]: log 2 is right."),
    kl_div.wrong("log-once-more", lambda log_p, t: kl_div(np.log(-log_p), t),
        "The logarithm is taken of log p, which holds logarithms already.",
        "Look at the name of the argument, and at the sign of its numbers."),
    kl_div.wrong("p-for-log-p", lambda log_p, t: kl_div(np.exp(log_p), t),
        "p_i stands where log p_i is meant.",
        "Try p = t = [0.5, 0.5], where the divergence is 0."),
    kl_div.wrong("target-as-logarithm", lambda log_p, t: (np.exp(t) * (t - log_p)).sum() / len(t),
        "t is taken for a logarithm, as torch's log_target=True has it; it holds probabilities.",
        "Try p = t = [0.5, 0.5], where the divergence is 0."),
    kl_div.wrong("t-left-out", lambda log_p, t: (logarithm(t) - log_p).sum() / len(t),
        "The factor t_i is left out: log t_i - log p_i is summed as it is.",
        "Try t = [1, 0]: the second class should count for nothing."),
    kl_div.wrong("log-base-2", lambda log_p, t: kl_div(log_p, t) / float(np.log(2)),
        "The result is in bits; natural logarithms are meant.",
        "Try p = [0.5, 0.5] with t = [1, 0]: 0.693 is right.", sign="log base 2"),
    kl_div.wrong("one-a-row", lambda log_p, t: (t * (logarithm(t) - log_p)).sum(axis=-1),
        "The divergences of the rows come back as an array; their mean is one number.",
        "Try shape (2, 3) and look at the shape that comes back."),
    kl_div.wrong("zero-times-log-zero", lambda log_p, t: (t * (np.log(t) - log_p)).sum() / len(t),
        "Where t_i = 0 the product 0 · log 0 is nan; in the divergence it counts as 0.",
        "Try t = [0, 1]."),
    kl_div.guarding("epsilon-in-log", 1e-12, lambda log_p, t, c: (log_p, t + c),
        "t + {c} has a guard that belongs to no formula: the divergence is a little off.",
        "Try t = [1, 0] with log p = [0, -1000]."),
    kl_div.state_kept(),
    kl_div_backward.wrong("not-divided", lambda log_p, t: -t,
        "The 1/n of the mean over the rows is missing: the loss has it, and so has its gradient.",
        "Repeat all rows twice: each element of the gradient should be halved.", sign="times n"),
    kl_div_backward.wrong("averaged-over-classes", lambda log_p, t: -t / t.size,
        "The gradient is divided by n k; only the rows are averaged.",
        "Try one row with t = [1, 0]: [-1, 0] is right.", sign="divided by k"),
    kl_div_backward.wrong("classes-for-rows", lambda log_p, t: -t / t.shape[-1],
        "The gradient is divided by the number of classes k; the mean over the n rows is meant.",
        "Try n = 2 and k = 3, and look at what you divide by."),
    kl_div_backward.wrong("negated", lambda log_p, t: t / len(t),
        "The minus is missing: log p_i has the factor -t_i.",
        "Raise log p of a class that occurs: the divergence should fall.", sign="negated"),
    kl_div_backward.wrong("by-p", lambda log_p, t: -t / np.exp(log_p) / len(t),
        "-t_i / p_i is the gradient with respect to p; that with respect to log p is -t_i.",
        "Look at what the loss is differentiated by: p or log p?"),
    kl_div_backward.wrong("by-logits", lambda log_p, t: (np.exp(log_p) - t) / len(t),
        "p - t is the gradient with respect to the logits before log-softmax; with respect to log p it is -t.",
        "Look at what the loss is differentiated by: the logits or log p?"),
    kl_div_backward.wrong("by-t", lambda log_p, t: (logarithm(t) + 1 - log_p) / len(t),
        "log t_i + 1 - log p_i is the gradient with respect to t; that with respect to log p is asked.",
        "Look at what the loss is differentiated by: t or log p?"),
    kl_div_backward.wrong("difference-of-logarithms", lambda log_p, t: (log_p - logarithm(t)) / len(t),
        "log p_i - log t_i is what t_i is multiplied by; the gradient with respect to log p is -t_i.",
        "Derive t_i (log t_i - log p_i) by log p_i: which terms have it?"),
    kl_div_backward.wrong("loss-kept", lambda log_p, t: t * (logarithm(t) - log_p) / len(t),
        "t_i (log t_i - log p_i) is the loss before summing, not its derivative.",
        "Try log p = log t: the gradient is not 0."),
    kl_div_backward.wrong("target-as-logarithm", lambda log_p, t: -np.exp(t) / len(t),
        "t is taken for a logarithm, as torch's log_target=True has it; it holds probabilities.",
        "Try t = [1, 0]: the second element should be 0."),
    kl_div_backward.written_to("t-in-place", in_place, "t"),
    kl_div_backward.state_kept(),
)  # fmt: skip
