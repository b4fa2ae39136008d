"""Right losses, and gradients, that are not written the obvious way."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from gradecheck import Variant, Verdict
from lectures.lecture03.variants.activations import (
    elementwise,
    softmax_by_differences,
    softmax_by_log_sum_exp,
    softmax_literal,
    softmax_shifted,
    through_float64,
)


def rows(x: Any) -> int:
    return len(np.atleast_2d(x))


# -- mse


def mse_by_fsum(prediction: Any, target: Any) -> Any:
    pairs = zip(prediction.ravel().tolist(), target.ravel().tolist(), strict=True)
    return math.fsum((y - y_hat) ** 2 for y_hat, y in pairs) / prediction.size


def mse_by_loop(prediction: Any, target: Any) -> Any:
    total = prediction.dtype.type(0)
    for difference in (prediction - target).ravel():
        total += difference * difference
    return total / prediction.size


def mse_from_behind(prediction: Any, target: Any) -> Any:
    return mse_by_loop(prediction.ravel()[::-1], target.ravel()[::-1])


def mse_by_kahan(prediction: Any, target: Any) -> Any:
    total = lost = prediction.dtype.type(0)
    for difference in (prediction - target).ravel():
        term = difference * difference - lost
        grown = total + term
        total, lost = grown, (grown - total) - term
    return total / prediction.size


def mse_by_dot(prediction: Any, target: Any) -> Any:
    difference = (prediction - target).ravel()
    return difference @ difference / difference.size


def mse_by_einsum(prediction: Any, target: Any) -> Any:
    difference = prediction - target
    return np.einsum("...,...->...", difference, difference).mean()


def mse_by_norm(prediction: Any, target: Any) -> Any:
    return np.linalg.norm((prediction - target).ravel()) ** 2 / prediction.size


def mse_expanded(prediction: Any, target: Any) -> Any:
    return np.mean(prediction**2 - 2 * prediction * target + target**2)


def mse_by_running_mean(prediction: Any, target: Any) -> Any:
    mean = prediction.dtype.type(0)
    for i, difference in enumerate((prediction - target).ravel(), 1):
        mean += (difference * difference - mean) / i
    return mean


def mse_divided_first(prediction: Any, target: Any) -> Any:
    return np.sum((prediction - target) ** 2 / prediction.size)


def mse_in_float64(prediction: Any, target: Any) -> Any:
    return np.mean((prediction - target) ** 2, dtype=np.float64)


# -- mse_backward


def mse_backward_expanded(prediction: Any, target: Any) -> Any:
    n = prediction.size
    return 2 / n * prediction - 2 / n * target


def mse_backward_divided_by_half_n(prediction: Any, target: Any) -> Any:
    return -(target - prediction) / (prediction.size / 2)


def mse_backward_added_to_itself(prediction: Any, target: Any) -> Any:
    share = (prediction - target) / prediction.size
    return share + share


def mse_backward_by_loop(prediction: Any, target: Any) -> Any:
    n = prediction.size
    return elementwise(lambda y_hat, y: 2 * (y_hat - y) / n)(prediction, target)


# -- cross_entropy


def cross_entropy_in_float64(p: Any, t: Any) -> Any:
    return -np.sum(t * np.log(np.where(t > 0, p, 1)), dtype=np.float64) / rows(p)


def cross_entropy_backward_by_reciprocal(p: Any, t: Any) -> Any:
    return -t * np.reciprocal(np.where(t > 0, p, 1)) / rows(p)


def cross_entropy_by_mask(p: Any, t: Any) -> Any:
    counted = t > 0
    return -(t[counted] * np.log(p[counted])).sum() / rows(p)


def cross_entropy_by_fsum(p: Any, t: Any) -> Any:
    pairs = zip(p.ravel().tolist(), t.ravel().tolist(), strict=True)
    return -math.fsum(t_i * math.log(p_i) for p_i, t_i in pairs if t_i) / rows(p)


def cross_entropy_by_rows(p: Any, t: Any) -> Any:
    pairs = zip(np.atleast_2d(p), np.atleast_2d(t), strict=True)
    return np.mean([cross_entropy_by_mask(*pair) for pair in pairs], dtype=p.dtype)


def cross_entropy_by_log2(p: Any, t: Any) -> Any:
    return -math.log(2) * np.sum(t * np.log2(np.where(t > 0, p, 1))) / rows(p)


def cross_entropy_by_einsum(p: Any, t: Any) -> Any:
    log_p = np.log(p, where=t > 0, out=np.zeros_like(p))
    return -np.einsum("ij,ij->", np.atleast_2d(t), np.atleast_2d(log_p)) / rows(p)


def cross_entropy_from_behind(p: Any, t: Any) -> Any:
    return cross_entropy_by_mask(p[..., ::-1][::-1], t[..., ::-1][::-1])


def cross_entropy_of_inverse(p: Any, t: Any) -> Any:
    return (t * -np.log(np.where(t == 0, 1, p))).sum(axis=-1).mean()


# -- cross_entropy_backward


def cross_entropy_backward_by_divide(p: Any, t: Any) -> Any:
    return np.divide(-t / rows(p), p, out=np.zeros_like(p), where=t > 0)


def cross_entropy_backward_by_mask(p: Any, t: Any) -> Any:
    gradient = np.zeros_like(p)
    counted = t > 0
    gradient[counted] = -t[counted] / (rows(p) * p[counted])
    return gradient


def cross_entropy_backward_by_loop(p: Any, t: Any) -> Any:
    n = rows(p)
    return elementwise(lambda p_i, t_i: -t_i / p_i / n if t_i else 0.0)(p, t)


# -- softmax_cross_entropy


def log_softmax(x: Any) -> Any:
    z = x - x.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def from_logits_literal(x: Any, t: Any) -> Any:
    return cross_entropy_by_mask(softmax_literal(x), t)


def from_logits_composed(x: Any, t: Any) -> Any:
    return cross_entropy_by_mask(softmax_shifted(x), t)


def from_logits_by_log_sum_exp(x: Any, t: Any) -> Any:
    m = x.max(axis=-1, keepdims=True)
    log_sum_exp = m + np.log(np.exp(x - m).sum(axis=-1, keepdims=True))
    return (t * (log_sum_exp - x)).sum() / rows(x)


def from_logits_by_logaddexp(x: Any, t: Any) -> Any:
    return (t * (np.logaddexp.reduce(x, axis=-1, keepdims=True) - x)).sum() / rows(x)


def from_logits_by_log1p(x: Any, t: Any) -> Any:
    z = x - x.max(axis=-1, keepdims=True)
    e = np.exp(z)
    first = np.arange(x.shape[-1]) == x.argmax(axis=-1, keepdims=True)
    others = np.where(first, 0, e).sum(axis=-1, keepdims=True)
    return (t * (np.log1p(others) - z)).sum() / rows(x)


def from_logits_split(x: Any, t: Any) -> Any:
    m = x.max(axis=-1, keepdims=True)
    log_sum_exp = np.squeeze(m, -1) + np.log(np.exp(x - m).sum(axis=-1))
    return np.mean(log_sum_exp * t.sum(axis=-1) - (t * x).sum(axis=-1))


def from_logits_by_rows(x: Any, t: Any) -> Any:
    total = x.dtype.type(0)
    for row, shares in zip(np.atleast_2d(x), np.atleast_2d(t), strict=True):
        total -= shares @ log_softmax(row)
    return total / rows(x)


def from_logits_by_fsum(x: Any, t: Any) -> Any:
    losses = []
    for row, shares in zip(np.atleast_2d(x).tolist(), np.atleast_2d(t).tolist(), strict=True):
        largest = max(row)
        log_total = math.log(math.fsum(math.exp(v - largest) for v in row))
        losses += [share * (log_total - (v - largest)) for v, share in zip(row, shares, strict=True)]
    return math.fsum(losses) / rows(x)


def from_logits_by_differences(x: Any, t: Any) -> Any:
    return cross_entropy_by_mask(softmax_by_differences(x), t)


# -- softmax_cross_entropy_backward


def backward_literal(x: Any, t: Any) -> Any:
    return (softmax_literal(x) - t) / rows(x)


def backward_by_log_sum_exp(x: Any, t: Any) -> Any:
    return (softmax_by_log_sum_exp(x) - t) / rows(x)


def backward_by_log_softmax(x: Any, t: Any) -> Any:
    return (np.exp(log_softmax(x)) - t) / rows(x)


def backward_divided_first(x: Any, t: Any) -> Any:
    return softmax_shifted(x) / rows(x) - t / rows(x)


def backward_in_place_on_a_copy(x: Any, t: Any) -> Any:
    p = softmax_shifted(x)
    p -= t
    p /= rows(x)
    return p


LESS: Final = Verdict.LESS_ACCURATE
UNSTABLE: Final = Verdict.UNSTABLE

VARIANTS: Final = (
    Variant("mse/by-fsum", "mse", mse_by_fsum, "A loop over Python numbers, summed by math.fsum."),
    Variant("mse/by-loop", "mse", mse_by_loop, "Summed one by one in the dtype of the input."),
    Variant("mse/from-behind", "mse", mse_from_behind, "Summed one by one from the last element."),
    Variant("mse/by-kahan", "mse", mse_by_kahan, "Summed with Kahan's correction."),
    Variant("mse/by-dot", "mse", mse_by_dot, "The inner product of the differences with themselves."),
    Variant("mse/by-einsum", "mse", mse_by_einsum, "Squares by np.einsum."),
    Variant("mse/by-norm", "mse", mse_by_norm, "The square of the Euclidean norm."),
    Variant("mse/expanded", "mse", mse_expanded, "ŷ² - 2ŷy + y², which cancels where ŷ is close to y.", LESS),
    Variant("mse/by-running-mean", "mse", mse_by_running_mean, "One pass with a running mean."),
    Variant("mse/divided-first", "mse", mse_divided_first, "Each square divided by n before the sum."),
    Variant("mse/in-float64", "mse", mse_in_float64, "A loss in float64, whatever the arguments are."),
    Variant("mse/through-float64", "mse", through_float64(mse_by_dot), "float32 accumulated in float64."),
    Variant(
        "mse_backward/expanded",
        "mse_backward",
        mse_backward_expanded,
        "2/n ŷ - 2/n y, which cancels where ŷ is close to y.",
        LESS,
    ),
    Variant(
        "mse_backward/divided-by-half-n", "mse_backward", mse_backward_divided_by_half_n, "-(y - ŷ) divided by n/2."
    ),
    Variant("mse_backward/added-to-itself", "mse_backward", mse_backward_added_to_itself, "(ŷ - y) / n plus itself."),
    Variant("mse_backward/element-by-element", "mse_backward", mse_backward_by_loop, "A loop over Python numbers."),
    Variant("cross_entropy/by-mask", "cross_entropy", cross_entropy_by_mask, "Only the elements with t > 0."),
    Variant("cross_entropy/in-float64", "cross_entropy", cross_entropy_in_float64, "A loss in float64 for float32."),
    Variant(
        "cross_entropy_backward/by-reciprocal",
        "cross_entropy_backward",
        cross_entropy_backward_by_reciprocal,
        "-t times the reciprocal of p.",
    ),
    Variant("cross_entropy/by-fsum", "cross_entropy", cross_entropy_by_fsum, "math.log and math.fsum."),
    Variant("cross_entropy/by-rows", "cross_entropy", cross_entropy_by_rows, "A loss for each row, then their mean."),
    Variant("cross_entropy/by-log2", "cross_entropy", cross_entropy_by_log2, "log 2 times the logarithm of base 2."),
    Variant("cross_entropy/by-einsum", "cross_entropy", cross_entropy_by_einsum, "Products and sum by np.einsum."),
    Variant("cross_entropy/from-behind", "cross_entropy", cross_entropy_from_behind, "Both axes reversed."),
    Variant(
        "cross_entropy/minus-inside", "cross_entropy", cross_entropy_of_inverse, "Σ t (-log p) a row, then the mean."
    ),
    Variant(
        "cross_entropy/through-float64",
        "cross_entropy",
        through_float64(cross_entropy_of_inverse),
        "float32 accumulated in float64.",
    ),
    Variant(
        "cross_entropy_backward/by-divide",
        "cross_entropy_backward",
        cross_entropy_backward_by_divide,
        "np.divide only where t > 0.",
    ),
    Variant(
        "cross_entropy_backward/by-mask",
        "cross_entropy_backward",
        cross_entropy_backward_by_mask,
        "Zeros, filled where t > 0.",
    ),
    Variant(
        "cross_entropy_backward/element-by-element",
        "cross_entropy_backward",
        cross_entropy_backward_by_loop,
        "A loop over Python numbers.",
    ),
    Variant(
        "softmax_cross_entropy/literal",
        "softmax_cross_entropy",
        from_logits_literal,
        "The logarithm of the slide's softmax, without a shift.",
        UNSTABLE,
    ),
    Variant(
        "softmax_cross_entropy/composed",
        "softmax_cross_entropy",
        from_logits_composed,
        "The logarithm of a softmax that does not overflow.",
        UNSTABLE,
    ),
    Variant(
        "softmax_cross_entropy/by-log-sum-exp",
        "softmax_cross_entropy",
        from_logits_by_log_sum_exp,
        "log Σ e^x - x, with the maximum put back first.",
        LESS,
    ),
    Variant(
        "softmax_cross_entropy/by-logaddexp",
        "softmax_cross_entropy",
        from_logits_by_logaddexp,
        "np.logaddexp.reduce for log Σ e^x.",
        LESS,
    ),
    Variant(
        "softmax_cross_entropy/by-log1p",
        "softmax_cross_entropy",
        from_logits_by_log1p,
        "log1p of the classes behind the largest.",
    ),
    Variant(
        "softmax_cross_entropy/split",
        "softmax_cross_entropy",
        from_logits_split,
        "log Σ e^x - Σ t x a row, then the mean.",
        LESS,
    ),
    Variant("softmax_cross_entropy/by-rows", "softmax_cross_entropy", from_logits_by_rows, "A loop over the rows."),
    Variant(
        "softmax_cross_entropy/by-fsum", "softmax_cross_entropy", from_logits_by_fsum, "math.exp, math.log, math.fsum."
    ),
    Variant(
        "softmax_cross_entropy/by-differences",
        "softmax_cross_entropy",
        from_logits_by_differences,
        "The logarithm of 1 / Σ_j e^{x_j - x_i}.",
        UNSTABLE,
    ),
    Variant(
        "softmax_cross_entropy/through-float64",
        "softmax_cross_entropy",
        through_float64(from_logits_by_rows),
        "float32 accumulated in float64.",
    ),
    Variant(
        "softmax_cross_entropy_backward/literal",
        "softmax_cross_entropy_backward",
        backward_literal,
        "With the slide's softmax, without a shift.",
        UNSTABLE,
    ),
    Variant(
        "softmax_cross_entropy_backward/by-log-sum-exp",
        "softmax_cross_entropy_backward",
        backward_by_log_sum_exp,
        "With softmax as e^{x - log Σ e^x}.",
        LESS,
    ),
    Variant(
        "softmax_cross_entropy_backward/by-log-softmax",
        "softmax_cross_entropy_backward",
        backward_by_log_softmax,
        "With softmax as e to its logarithm.",
    ),
    Variant(
        "softmax_cross_entropy_backward/divided-first",
        "softmax_cross_entropy_backward",
        backward_divided_first,
        "softmax(x) / n - t / n.",
    ),
    Variant(
        "softmax_cross_entropy_backward/in-place-on-a-copy",
        "softmax_cross_entropy_backward",
        backward_in_place_on_a_copy,
        "In place on the array of probabilities.",
    ),
)
