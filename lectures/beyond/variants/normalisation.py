"""Right ways to write layer norm, RMS norm and batch norm."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from lectures.lecture03.variants.shared import LESS, Ways, through_float64

Function = Any


def by_numpy(axis: int) -> Function:
    def norm(x: Any, gamma: Any, beta: Any, eps: Any) -> Any:
        mean, variance = np.mean(x, axis=axis, keepdims=True), np.var(x, axis=axis, keepdims=True)
        return (x - mean) / (variance + eps) ** 0.5 * gamma + beta

    return norm


def by_chain_rule(axis: int) -> Function:
    """Through σ² and μ, one after the other, as the paper on batch norm has it."""

    def backward(grad: Any, x: Any, gamma: Any, beta: Any, eps: Any) -> Any:
        n = x.shape[axis]
        centred = x - x.mean(axis=axis, keepdims=True)
        inverse = 1 / np.sqrt((centred**2).sum(axis=axis, keepdims=True) / n + eps)
        d_hat = grad * gamma
        d_variance = (d_hat * centred * inverse).sum(axis=axis, keepdims=True) * inverse * inverse / -2
        d_mean = -(d_hat * inverse).sum(axis=axis, keepdims=True)
        dx = d_hat * inverse + 2 * d_variance * centred / n + d_mean / n
        rows = np.atleast_2d(grad)
        return dx, (rows * np.atleast_2d(centred * inverse)).sum(axis=0), rows.sum(axis=0)

    return backward


def rms_backward(grad: Any, x: Any, gamma: Any, eps: Any) -> Any:
    inverse = 1 / np.sqrt((x**2).sum(axis=-1, keepdims=True) / x.shape[-1] + eps)
    x_hat, g = x * inverse, gamma * grad
    dx = inverse * (g - x_hat * (g * x_hat).sum(axis=-1, keepdims=True) / x.shape[-1])
    return dx, np.atleast_2d(grad * x_hat).sum(axis=0)


def running(x: Any, mean: Any, variance: Any, momentum: Any) -> Any:
    mu = x.sum(axis=0) / len(x)
    spread = ((x - mu) ** 2).sum(axis=0) / (len(x) - 1)
    return momentum * mu + (1 - momentum) * mean, momentum * spread + (1 - momentum) * variance


def evaluated(x: Any, gamma: Any, beta: Any, mean: Any, variance: Any, eps: Any) -> Any:
    return (x - mean) * (gamma / np.sqrt(variance + eps)) + beta


def evaluated_backward(grad: Any, x: Any, gamma: Any, beta: Any, mean: Any, variance: Any, eps: Any) -> Any:
    inverse = 1 / np.sqrt(variance + eps)
    return grad * gamma * inverse, np.einsum("ij,ij->j", grad, (x - mean) * inverse), grad.sum(axis=0)


WIDE: Final = "Computed in float64 and rounded at the end."

layer_norm, layer_norm_backward = Ways("layer_norm"), Ways("layer_norm_backward")
rms_norm, rms_norm_backward = Ways("rms_norm"), Ways("rms_norm_backward")
batch_norm, batch_norm_backward = Ways("batch_norm"), Ways("batch_norm_backward")
batch_norm_running, batch_norm_evaluated = Ways("batch_norm_running"), Ways("batch_norm_evaluated")
batch_norm_evaluated_backward = Ways("batch_norm_evaluated_backward")

VARIANTS: Final = (
    layer_norm.way("by-numpy", by_numpy(-1), "np.mean, np.var and a power of 1/2."),
    layer_norm.way("wide", through_float64(by_numpy(-1)), WIDE),
    layer_norm_backward.way("by-chain-rule", by_chain_rule(-1), "Through σ² and μ, one after the other.", LESS),
    layer_norm_backward.way("wide", through_float64(by_chain_rule(-1)), WIDE),
    rms_norm.way("inverse-root",
        lambda x, gamma, eps: x * (1 / np.sqrt(np.square(x).mean(axis=-1, keepdims=True) + eps)) * gamma,
        "Times the inverse root."),
    rms_norm_backward.way("inverse-root", rms_backward, "Times the inverse root, and means as sums over k.", LESS),
    rms_norm_backward.way("wide", through_float64(rms_backward), WIDE),
    batch_norm.way("by-numpy", by_numpy(0), "np.mean, np.var and a power of 1/2."),
    batch_norm.way("wide", through_float64(by_numpy(0)), WIDE),
    batch_norm_backward.way("by-chain-rule", by_chain_rule(0), "Through σ² and μ, one after the other.", LESS),
    batch_norm_backward.way("wide", through_float64(by_chain_rule(0)), WIDE),
    batch_norm_running.way("by-sums", running, "By sums over n and n - 1."),
    batch_norm_running.way("wide", through_float64(running), WIDE),
    batch_norm_evaluated.way("slope-first", evaluated, "The slope γ / √(variance + eps) first."),
    batch_norm_evaluated.way("wide", through_float64(evaluated), WIDE),
    batch_norm_evaluated_backward.way("inverse-root", evaluated_backward, "Times the inverse root, and np.einsum."),
    batch_norm_evaluated_backward.way("wide", through_float64(evaluated_backward), WIDE),
)  # fmt: skip
