"""Right ways to write the cross entropy, of probabilities and of logits, and its gradients."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from lectures.lecture03.variants.shared import LESS, UNSTABLE, Function, Ways, elementwise, numbers, through_float64
from lectures.lecture03.variants.softmax import (
    log_sum_exp,
    softmax_by_differences,
    softmax_by_log_sum_exp,
    softmax_literal,
    softmax_shifted,
)


def rows(x: Any) -> int:
    return len(np.atleast_2d(x))


# -- of probabilities


def by_mask(p: Any, t: Any) -> Any:
    counted = t > 0
    return -(t[counted] * np.log(p[counted])).sum() / rows(p)


def by_einsum(p: Any, t: Any) -> Any:
    log_p = np.log(p, where=t > 0, out=np.zeros_like(p))
    return -np.einsum("ij,ij->", np.atleast_2d(t), np.atleast_2d(log_p)) / rows(p)


def minus_inside(p: Any, t: Any) -> Any:
    return (t * -np.log(np.where(t == 0, 1, p))).sum(axis=-1).mean()


def backward_by_mask(p: Any, t: Any) -> Any:
    gradient = np.zeros_like(p)
    counted = t > 0
    gradient[counted] = -t[counted] / (rows(p) * p[counted])
    return gradient


# -- of logits


def composed(softmax: Function) -> Function:
    """The loss from the probabilities."""
    return lambda x, t: by_mask(softmax(x), t)


def log_softmax(x: Any) -> Any:
    z = x - x.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def by_log1p(x: Any, t: Any) -> Any:
    z = x - x.max(axis=-1, keepdims=True)
    first = np.arange(x.shape[-1]) == x.argmax(axis=-1, keepdims=True)
    others = np.where(first, 0, np.exp(z)).sum(axis=-1, keepdims=True)
    return (t * (np.log1p(others) - z)).sum() / rows(x)


def by_rows(x: Any, t: Any) -> Any:
    total = x.dtype.type(0)
    for row, shares in zip(np.atleast_2d(x), np.atleast_2d(t), strict=True):
        total -= shares @ log_softmax(row)
    return total / rows(x)


def by_fsum(x: Any, t: Any) -> Any:
    losses = []
    for row, shares in zip(np.atleast_2d(x).tolist(), np.atleast_2d(t).tolist(), strict=True):
        largest = max(row)
        log_total = math.log(math.fsum(math.exp(v - largest) for v in row))
        losses += [share * (log_total - (v - largest)) for v, share in zip(row, shares, strict=True)]
    return math.fsum(losses) / rows(x)


def minus_targets(softmax: Function) -> Function:
    """The gradient from the probabilities."""
    return lambda x, t: (softmax(x) - t) / rows(x)


def backward_in_place_on_a_copy(x: Any, t: Any) -> Any:
    p = softmax_shifted(x)
    p -= t
    p /= rows(x)
    return p


cross_entropy, cross_entropy_backward = Ways("cross_entropy"), Ways("cross_entropy_backward")
from_logits, from_logits_backward = Ways("softmax_cross_entropy"), Ways("softmax_cross_entropy_backward")

VARIANTS: Final = (
    cross_entropy.way("by-mask", by_mask, "Only the elements with t > 0."),
    cross_entropy.way("in-float64",
        lambda p, t: -np.sum(t * np.log(np.where(t > 0, p, 1)), dtype=np.float64) / rows(p),
        "A loss in float64 for float32."),
    cross_entropy_backward.way("by-reciprocal", lambda p, t: -t * np.reciprocal(np.where(t > 0, p, 1)) / rows(p),
        "-t times the reciprocal of p."),
    cross_entropy.way("by-fsum",
        lambda p, t: -math.fsum(t_i * math.log(p_i) for p_i, t_i in numbers(p, t) if t_i) / rows(p),
        "math.log and math.fsum."),
    cross_entropy.way("by-rows",
        lambda p, t: np.mean(list(map(by_mask, np.atleast_2d(p), np.atleast_2d(t))), dtype=p.dtype),
        "A loss for each row, then their mean."),
    cross_entropy.way("by-log2", lambda p, t: -math.log(2) * np.sum(t * np.log2(np.where(t > 0, p, 1))) / rows(p),
        "log 2 times the logarithm of base 2."),
    cross_entropy.way("by-einsum", by_einsum, "Products and sum by np.einsum."),
    cross_entropy.way("from-behind", lambda p, t: by_mask(p[..., ::-1][::-1], t[..., ::-1][::-1]),
        "Both axes reversed."),
    cross_entropy.way("minus-inside", minus_inside, "Σ t (-log p) a row, then the mean."),
    cross_entropy.way("through-float64", through_float64(minus_inside), "float32 accumulated in float64."),
    cross_entropy_backward.way("by-divide",
        lambda p, t: np.divide(-t / rows(p), p, out=np.zeros_like(p), where=t > 0),
        "np.divide only where t > 0."),
    cross_entropy_backward.way("by-mask", backward_by_mask, "Zeros, filled where t > 0."),
    cross_entropy_backward.way("element-by-element",
        lambda p, t: elementwise(lambda p_i, t_i, n: -t_i / p_i / n if t_i else 0.0)(p, t, rows(p)),
        "A loop over Python numbers."),
    from_logits.way("literal", composed(softmax_literal),
        "The logarithm of the slide's softmax, without a shift.", UNSTABLE),
    from_logits.way("composed", composed(softmax_shifted),
        "The logarithm of a softmax that does not overflow.", UNSTABLE),
    from_logits.way("by-log-sum-exp", lambda x, t: (t * (log_sum_exp(x) - x)).sum() / rows(x),
        "log Σ e^x - x, with the maximum put back first.", LESS),
    from_logits.way("by-logaddexp",
        lambda x, t: (t * (np.logaddexp.reduce(x, axis=-1, keepdims=True) - x)).sum() / rows(x),
        "np.logaddexp.reduce for log Σ e^x.", LESS),
    from_logits.way("by-log1p", by_log1p, "log1p of the classes behind the largest."),
    from_logits.way("split", lambda x, t: np.mean(log_sum_exp(x)[..., 0] * t.sum(axis=-1) - (t * x).sum(axis=-1)),
        "log Σ e^x - Σ t x a row, then the mean.", LESS),
    from_logits.way("by-rows", by_rows, "A loop over the rows."),
    from_logits.way("by-fsum", by_fsum, "math.exp, math.log, math.fsum."),
    from_logits.way("by-differences", composed(softmax_by_differences),
        "The logarithm of 1 / Σ_j e^{x_j - x_i}.", UNSTABLE),
    from_logits.way("through-float64", through_float64(by_rows), "float32 accumulated in float64."),
    from_logits_backward.way("literal", minus_targets(softmax_literal),
        "With the slide's softmax, without a shift.", UNSTABLE),
    from_logits_backward.way("by-log-sum-exp", minus_targets(softmax_by_log_sum_exp),
        "With softmax as e^{x - log Σ e^x}.", LESS),
    from_logits_backward.way("by-log-softmax", minus_targets(lambda x: np.exp(log_softmax(x))),
        "With softmax as e to its logarithm."),
    from_logits_backward.way("divided-first", lambda x, t: softmax_shifted(x) / rows(x) - t / rows(x),
        "softmax(x) / n - t / n."),
    from_logits_backward.way("in-place-on-a-copy", backward_in_place_on_a_copy,
        "In place on the array of probabilities."),
)  # fmt: skip
