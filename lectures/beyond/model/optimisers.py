"""A model answer: one step of each optimiser, and clipping by the norm."""

from typing import Any

import numpy as np


def weight_decay_step(w: Any, grad: Any, lr: Any, decay: Any) -> Any:
    return (1 - lr * decay) * w - lr * grad


def nesterov_step(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v = mu * v + grad
    return w - lr * (mu * v + grad), v


def rmsprop_step(w: Any, s: Any, grad: Any, lr: Any, rho: Any, eps: Any) -> Any:
    s = rho * s + (1 - rho) * grad**2
    return w - lr * grad / (np.sqrt(s) + eps), s


def adam_step(w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any) -> Any:
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def adamw_step(w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any, decay: Any) -> Any:
    return adam_step(w - lr * decay * w, m, v, grad, t, lr, beta1, beta2, eps)


def clip_by_norm(dW: Any, db: Any, most: Any) -> Any:
    norm = np.sqrt(np.sum(dW**2) + np.sum(db**2))
    share = min(1.0, float(most / (norm + 1e-6)))
    return dW * share, db * share
