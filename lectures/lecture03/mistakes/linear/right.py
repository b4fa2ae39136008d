"""The right functions, to go wrong from."""

from __future__ import annotations

from typing import Any


def linear(A: Any, W: Any, b: Any) -> Any:
    return A @ W.T + b


def linear_backward(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A, grad.sum(axis=0)
