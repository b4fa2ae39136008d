"""Losses beyond the lecture: each with its gradient under it.

A loss is a scalar of its arguments' dtype, a mean over n, and nan where there is nothing to take the mean of. Its
gradient has the shape of the first argument. TypeError for anything but float32 or float64 arrays of one dtype,
ValueError where the shapes differ.
"""

import numpy as np

from manual.activations import sigmoid
from manual.arguments import Array, Scalar, alike, number, quiet, wrong_shape


@quiet
def bce_with_logits(x: Array, t: Array) -> Scalar:
    """L = -1/n Σ_i (t_i log σ(x_i) + (1 - t_i) log(1 - σ(x_i))). Source: torch.nn.BCEWithLogitsLoss.

    x: logits, any shape. t: targets from 0 to 1, of x's shape; n is the number of elements. As log(1 - σ(x)) is
    log σ(x) - x, a term is (1 - t) x - log σ(x); and e^-x, which may overflow, is taken out of -log σ(x) =
    log(1 + e^-x) = max(-x, 0) + log(1 + e^-|x|).
    """
    alike("bce_with_logits", x=x, t=t)
    terms = (1 - t) * x + (np.maximum(-x, 0) + np.log1p(np.exp(-np.abs(x))))
    loss: Scalar = terms.sum() / x.size
    return loss


@quiet
def bce_with_logits_backward(x: Array, t: Array) -> Array:
    """∂L/∂x_i = 1/n (σ(x_i) - t_i)."""
    alike("bce_with_logits_backward", x=x, t=t)
    return (sigmoid(x) - t) / x.size


@quiet
def huber(prediction: Array, target: Array, delta: float = 1.0) -> Scalar:
    """L = 1/n Σ_i (d_i² / 2 where |d_i| <= δ, δ (|d_i| - δ/2) otherwise), d = ŷ - y. Source: torch.nn.HuberLoss.

    prediction is ŷ and target y: same shape, any; n is the number of elements. δ: above 0, or ValueError. Smooth L1
    is L / δ.
    """
    alike("huber", prediction=prediction, target=target)
    delta = _above_zero("huber", delta)
    d = np.abs(prediction - target)
    loss: Scalar = np.where(d <= delta, d * d / 2, delta * (d - delta / 2)).sum() / d.size
    return loss


@quiet
def huber_backward(prediction: Array, target: Array, delta: float = 1.0) -> Array:
    """∂L/∂ŷ_i = 1/n (d_i where |d_i| <= δ, δ sign(d_i) otherwise): d, clipped to [-δ, δ]."""
    alike("huber_backward", prediction=prediction, target=target)
    delta = _above_zero("huber_backward", delta)
    return np.clip(prediction - target, -delta, delta) / prediction.size


def _above_zero(function: str, delta: float) -> float:
    delta = number(function, "delta", delta)
    if delta <= 0:
        raise ValueError(f"{function}: delta is {delta}, but should be above 0")
    return delta


@quiet
def kl_div(log_p: Array, t: Array) -> Scalar:
    """L = 1/n Σ t_i (log t_i - log p_i), over all i of the n rows. Source: torch.nn.KLDivLoss("batchmean").

    log_p: logarithms of probabilities, (n, k). t: probabilities of the same shape, not their logarithms. 0 log 0 is 0.
    """
    n = _rows("kl_div", log_p, t)
    loss: Scalar = (t * (np.log(np.where(t == 0, 1, t)) - log_p)).sum() / n  # 0 log 0 becomes 0 log 1
    return loss


@quiet
def kl_div_backward(log_p: Array, t: Array) -> Array:
    """∂L/∂(log p_i) = -1/n t_i."""
    n = _rows("kl_div_backward", log_p, t)
    return -t / n


def _rows(function: str, log_p: Array, t: Array) -> int:
    alike(function, log_p=log_p, t=t)
    if log_p.ndim != 2:
        wrong_shape(function, "log_p", log_p, "(n, k), one row for each sample")
    return len(log_p)
