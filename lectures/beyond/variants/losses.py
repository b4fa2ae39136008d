"""Right ways to write the losses beyond the lecture."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from lectures.lecture03.variants.shared import LESS, UNSTABLE, Ways, elementwise, numbers, through_float64


def sigmoid(x: Any) -> Any:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def bce_of_sigmoid(x: Any, t: Any) -> Any:
    s = 1 / (1 + np.exp(-x))
    return -np.mean(t * np.log(s) + (1 - t) * np.log(1 - s))


def bce_by_logaddexp(x: Any, t: Any) -> Any:
    return np.mean(t * np.logaddexp(0, -x) + (1 - t) * np.logaddexp(0, x))


def bce_by_fsum(x: Any, t: Any) -> Any:
    return math.fsum(max(a, 0) - a * b + math.log1p(math.exp(-abs(a))) for a, b in numbers(x, t)) / x.size


def huber_by_minimum(prediction: Any, target: Any, delta: float = 1.0) -> Any:
    d = np.abs(target - prediction)
    near = np.minimum(d, delta)
    return np.mean(near * (d - near / 2))


def huber_by_masks(prediction: Any, target: Any, delta: float = 1.0) -> Any:
    d = np.abs(target - prediction)
    far = d > delta
    return ((d[~far] ** 2 / 2).sum() + (delta * d[far] - delta**2 / 2).sum()) / d.size


def huber_expanded(prediction: Any, target: Any, delta: float = 1.0) -> Any:
    d = np.abs(prediction - target)
    return np.mean(np.where(d <= delta, d**2 / 2, delta * d - delta**2 / 2))


def huber_backward_on_a_copy(prediction: Any, target: Any, delta: float = 1.0) -> Any:
    d = prediction - target
    d[d > delta] = delta
    d[d < -delta] = -delta
    return d / d.size


def kl_by_masks(log_p: Any, t: Any) -> Any:
    some = t > 0
    return (t[some] * (np.log(t[some]) - log_p[some])).sum() / len(t)


def kl_of_two_sums(log_p: Any, t: Any) -> Any:
    entropy = (t * np.log(np.where(t > 0, t, 1))).sum()
    return (entropy - (t * log_p).sum()) / len(t)


def kl_row_by_row(log_p: Any, t: Any) -> Any:
    rows = [math.fsum(b * (math.log(b) - a) for a, b in numbers(x, y) if b > 0) for x, y in zip(log_p, t, strict=True)]
    return np.asarray(np.mean(rows), t.dtype)


bce, bce_backward = Ways("bce_with_logits"), Ways("bce_with_logits_backward")
huber, huber_backward = Ways("huber"), Ways("huber_backward")
kl_div, kl_div_backward = Ways("kl_div"), Ways("kl_div_backward")

VARIANTS: Final = (
    bce.way("as-printed", bce_of_sigmoid, "As printed: log(1 - σ(x)) may be log 0.", UNSTABLE),
    bce.way("by-logaddexp", bce_by_logaddexp, "t log(1 + e^-x) + (1 - t) log(1 + e^x)."),
    bce.way("by-softplus", lambda x, t: np.mean(np.logaddexp(0, x) - t * x), "log(1 + e^x) - t x.", LESS),
    bce.way("by-fsum", bce_by_fsum, "A loop over Python numbers, summed by math.fsum."),
    bce_backward.way("as-printed", lambda x, t: (1 / (1 + np.exp(-x)) - t) / x.size, "1 / (1 + e^-x) - t, over n."),
    bce_backward.way("by-both-targets", lambda x, t: ((1 - t) * sigmoid(x) - t * sigmoid(-x)) / x.size,
        "(1 - t) σ(x) - t σ(-x), without cancellation."),
    bce_backward.way("through-float64", through_float64(lambda x, t: (sigmoid(x) - t) / x.size),
        "float32 computed in float64."),
    huber.way("by-minimum", huber_by_minimum, "m (|d| - m/2), with m the smaller of |d| and δ."),
    huber.way("by-masks", huber_by_masks, "Two sums, one of each piece."),
    huber.way("expanded", huber_expanded, "The line as δ |d| - δ²/2."),
    huber_backward.way("by-sign",
        lambda p, y, delta=1.0: np.where(abs(p - y) <= delta, p - y, delta * np.sign(p - y)) / p.size,
        "As printed: d, or δ sign(d)."),
    huber_backward.way("on-a-copy", huber_backward_on_a_copy, "d, cut off on both sides."),
    huber_backward.way("element-by-element",
        lambda p, y, delta=1.0: elementwise(lambda a, b, n: max(-delta, min(delta, a - b)) / n)(p, y, p.size),
        "A loop with Python's min and max."),
    kl_div.way("by-masks", kl_by_masks, "Only where t > 0."),
    kl_div.way("of-two-sums", kl_of_two_sums, "Σ t log t, less Σ t log p.", LESS),
    kl_div.way("row-by-row", kl_row_by_row, "A loop over rows, each by math.fsum."),
    kl_div_backward.way("times-one-over-n", lambda log_p, t: t * (-1 / len(t)), "t times -1/n."),
    kl_div_backward.way("by-zeros", lambda log_p, t: np.zeros_like(log_p) - t / t.shape[0], "0 - t/n."),
)  # fmt: skip
