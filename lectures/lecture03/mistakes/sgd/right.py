"""The right functions, to go wrong from."""

from __future__ import annotations

from typing import Any


def sgd_step(w: Any, grad: Any, lr: Any) -> Any:
    return w - lr * grad


def momentum_step(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v = mu * v + grad
    return w - lr * v, v
