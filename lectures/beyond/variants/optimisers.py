"""Right ways to write one step of an optimiser, and to clip by the norm."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from lectures.lecture03.variants.shared import LESS, UNSTABLE, Ways, through_float64


def weight_decay(w: Any, grad: Any, lr: Any, decay: Any) -> Any:
    return w - lr * (grad + decay * w)


def nesterov(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v = mu * v + grad
    return w - lr * (grad + mu * v), v


def nesterov_by_two_steps(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v = np.add(np.multiply(mu, v), grad)
    return [w - lr * grad - lr * mu * v, v]


def rmsprop(w: Any, s: Any, grad: Any, lr: Any, rho: Any, eps: Any) -> Any:
    s = rho * s + (1 - rho) * np.square(grad)
    return w - lr / (s**0.5 + eps) * grad, s


def rmsprop_towards_the_square(w: Any, s: Any, grad: Any, lr: Any, rho: Any, eps: Any) -> Any:
    s = s + (1 - rho) * (grad**2 - s)
    return w - lr * (grad / (np.sqrt(s) + eps)), s


def adam(w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any) -> Any:
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adam_by_a_rate(w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any) -> Any:
    """The two corrections as one rate, with eps corrected as well."""
    m = m * beta1 + grad * (1 - beta1)
    v = v * beta2 + grad * grad * (1 - beta2)
    root = float(np.sqrt(1 - beta2**t))
    return w - lr * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root), m, v


def adam_by_products(w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any) -> Any:
    """The powers by a loop, as where they are kept from step to step."""
    power1 = power2 = 1.0
    for _ in range(t):
        power1, power2 = power1 * beta1, power2 * beta2
    m = m + (1 - beta1) * (grad - m)
    v = beta2 * v + (1 - beta2) * (grad * grad)
    return w - lr * (m / (1 - power1)) / (np.sqrt(v / (1 - power2)) + eps), m, v


def adam_one_by_one(w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any) -> Any:
    moved, first, second = np.empty_like(w), np.empty_like(m), np.empty_like(v)
    for i in np.ndindex(w.shape):
        first[i] = beta1 * m[i] + (1 - beta1) * grad[i]
        second[i] = beta2 * v[i] + (1 - beta2) * grad[i] * grad[i]
        moved[i] = w[i] - lr * (first[i] / (1 - beta1**t)) / (np.sqrt(second[i] / (1 - beta2**t)) + eps)
    return moved, first, second


def adamw(w: Any, *others: Any) -> Any:
    *rest, decay = others
    return adam((1 - rest[4] * decay) * w, *rest)


def adamw_at_once(
    w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any, decay: Any
) -> Any:
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * (m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps) + decay * w), m, v


def clip(dW: Any, db: Any, most: Any) -> Any:
    norm = np.sqrt((dW**2).sum() + (db**2).sum())
    if norm + 1e-6 > most:
        return dW * (most / (norm + 1e-6)), db * (most / (norm + 1e-6))
    return dW.copy(), db.copy()


def clip_by_one_vector(dW: Any, db: Any, most: Any) -> Any:
    share = min(1.0, most / (float(np.linalg.norm(np.concatenate([dW.ravel(), db.ravel()]))) + 1e-6))
    return share * dW, share * db


def clip_by_two_norms(dW: Any, db: Any, most: Any) -> Any:
    norm = np.hypot(np.linalg.norm(dW), np.linalg.norm(db))
    share = (most / np.maximum(norm + 1e-6, most)).astype(dW.dtype)
    return dW * share, db * share


weight_decay_step, nesterov_step, rmsprop_step = Ways("weight_decay_step"), Ways("nesterov_step"), Ways("rmsprop_step")
adam_step, adamw_step, clip_by_norm = Ways("adam_step"), Ways("adamw_step"), Ways("clip_by_norm")

VARIANTS: Final = (
    weight_decay_step.way("shrunk-first", lambda w, grad, lr, decay: (1 - lr * decay) * w - lr * grad,
        "(1 - λ decay) W, and then the plain step.", LESS),
    weight_decay_step.way("two-subtractions", lambda w, grad, lr, decay: w - lr * grad - lr * decay * w,
        "Each share of the step by itself.", LESS),
    weight_decay_step.way("wide", through_float64(weight_decay), "Computed in float64 and rounded at the end."),
    nesterov_step.way("velocity-twice",
        lambda w, v, grad, lr, mu: (w - lr * ((1 + mu) * grad + mu * mu * v), mu * v + grad),
        "The step in terms of the old velocity.", LESS),
    nesterov_step.way("two-steps", nesterov_by_two_steps, "The gradient's share of the step, then v's; a list.", LESS),
    nesterov_step.way("wide", through_float64(nesterov), "Computed in float64 and rounded at the end."),
    rmsprop_step.way("rate-of-each", rmsprop, "A learning rate for each element, times the gradient.", LESS),
    rmsprop_step.way("towards-the-square", rmsprop_towards_the_square, "s moved towards the square.", UNSTABLE),
    rmsprop_step.way("wide", through_float64(rmsprop), "Computed in float64 and rounded at the end."),
    adam_step.way("one-rate", adam_by_a_rate, "Both corrections in the learning rate and in eps.", LESS),
    adam_step.way("powers-by-products", adam_by_products, "β^t by a loop, and m moved towards the gradient.", LESS),
    adam_step.way("element-by-element", adam_one_by_one, "A loop over all elements of any shape."),
    adam_step.way("wide", through_float64(adam), "Computed in float64 and rounded at the end."),
    adamw_step.way("one-subtraction", adamw_at_once, "Adam's step and the decay taken off at once.", LESS),
    adamw_step.way("wide", through_float64(adamw), "Computed in float64 and rounded at the end."),
    clip_by_norm.way("by-a-condition", clip, "Scaled only where the norm is too large."),
    clip_by_norm.way("one-vector", clip_by_one_vector, "np.linalg.norm of all elements in one vector."),
    clip_by_norm.way("two-norms", clip_by_two_norms, "The norm of the two norms."),
)  # fmt: skip
