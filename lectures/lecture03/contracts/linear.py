"""What the linear layer promises: Z = A Wᵀ + ι bᵀ and its three derivatives."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Argument, Contract, gradient_of
from gradecheck.arguments import kinds

WEIGHTS: Final = ("w", "weight", "weights", "param", "params", "theta")

A: Final = Argument("A", kinds.real, ("n", "in"), called=("a", "aprev", *kinds.INPUTS))
W: Final = Argument("W", kinds.real, ("out", "in"), called=WEIGHTS)
B: Final = Argument("b", kinds.real, ("out",), called=("b", "bias", "biases"))
GRAD: Final = Argument("grad", kinds.upstream, ("n", "out"))
FEATURES: Final = "in and out are numbers of features."


def linear(A: Any, W: Any, b: Any) -> Any:
    return A @ W.T + b


def linear_in_one_sum(A: Any, W: Any, b: Any) -> Any:
    """b as the weight of one more feature that is always 1.

    BLAS starts the sum from b on some processors and adds b last on others: here b may stand anywhere in it.
    """
    ones = np.ones((len(A), 1), A.dtype)
    return np.concatenate([A, ones], axis=1) @ np.concatenate([W, b[:, None]], axis=1).T


def linear_backward(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A, grad.sum(axis=0)


LINEAR: Final = Contract(
    name="linear",
    chapter="linear",
    formula="Z = A Wᵀ + ι bᵀ",
    latex=r"Z = A W^T + \iota b^T",
    arguments=(A, W, B),
    results=("Z",),
    stable=linear_in_one_sum,
    literal=linear,
    slide="Backpropagation",
    twin="torch.nn.Linear",
    branches={
        "W is not square": lambda A, W, b: W.shape[0] != W.shape[1],
        "n > 1": lambda A, W, b: len(A) > 1,
        "b ≠ 0": lambda A, W, b: b != 0,
    },
    returns=" of shape (n, out)",
    note="ι is a column of n ones: b is added to every row.",
    holds=(FEATURES,),
)
LINEAR_BACKWARD: Final = gradient_of(
    LINEAR,
    formula="∂L/∂A = grad W;  ∂L/∂W = gradᵀ A;  ∂L/∂b = gradᵀ ι",
    latex=(
        r"\frac{\partial L}{\partial A} = \frac{\partial L}{\partial Z} W, \quad "
        r"\frac{\partial L}{\partial W} = \left(\frac{\partial L}{\partial Z}\right)^T A, \quad "
        r"\frac{\partial L}{\partial b} = \left(\frac{\partial L}{\partial Z}\right)^T \iota"
    ),
    arguments=(GRAD, A, W),
    results=("∂L/∂A", "∂L/∂W", "∂L/∂b"),
    stable=linear_backward,
    literal=linear_backward,
    branches={
        "W is not square": lambda grad, A, W: W.shape[0] != W.shape[1],
        "n > 1": lambda grad, A, W: len(A) > 1,
    },
    returns=" of the shapes of A, W and b",
)

CONTRACTS: Final = (LINEAR, LINEAR_BACKWARD)
