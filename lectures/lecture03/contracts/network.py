"""What putting it all together promises: the training of a single layer perceptron."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Argument, Contract, Form, History
from gradecheck.arguments import kinds
from lectures.lecture03.contracts.activations import softmax, softmax_literal
from lectures.lecture03.contracts.linear import FEATURES, WEIGHTS, linear_backward, linear_in_one_sum
from lectures.lecture03.contracts.losses import (
    LOGARITHMS,
    MEAN,
    cross_entropy_backward,
    gradient_by_chain_rule,
    gradient_of_logits,
    softmax_cross_entropy,
    softmax_cross_entropy_composed,
    softmax_cross_entropy_literal,
)
from lectures.lecture03.contracts.numbers import lr, mu, steps
from lectures.lecture03.contracts.sgd import momentum_step

A: Final = Argument("A", kinds.features, ("n", "in"))
T: Final = Argument("T", kinds.class_targets, ("n", "out"))
W: Final = Argument("W", kinds.real, ("out", "in"), called=WEIGHTS)
B: Final = Argument("b", kinds.real, ("out",), called=("b", "bias", "biases"))
LR: Final = Argument("lr", lr)
MU: Final = Argument("mu", mu)
STEPS: Final = Argument("steps", steps)


def gradient_by_jacobian(Z: Any, T: Any) -> Any:
    """∂L/∂p times the whole matrix ∂p_j/∂z_i = p_j (δ_ij - p_i): products of two small p underflow."""
    P = softmax(Z)
    dP = cross_entropy_backward(P, T)
    return P * dP - (P[:, :, None] * P[:, None, :] * dP[:, None, :]).sum(axis=-1)


def _train(loss: Form, loss_backward: Form) -> Form:
    def train(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
        v_W, v_b = 0 * W, 0 * b
        losses = []
        for _ in range(steps):
            Z = linear_in_one_sum(A, W, b)
            losses.append(loss(Z, T))
            _, dW, db = linear_backward(loss_backward(Z, T), A, W)
            W, v_W = momentum_step(W, v_W, dW, lr, mu)
            b, v_b = momentum_step(b, v_b, db, lr, mu)
        return W, b, np.stack(losses)

    return train


CONTRACTS: Final = (
    Contract(
        name="train",
        chapter="network",
        formula="linear -> softmax -> cross entropy -> backpropagation -> momentum step, `steps` times from v = 0",
        latex=(
            r"Z = A W^T + \iota b^T, \quad L = L_{CE}(\mathrm{softmax}(Z), T), \quad "
            r"v = \mu v + \frac{\partial L}{\partial W}, \quad W = W - \lambda v"
        ),
        arguments=(A, T, W, B, LR, MU, STEPS),
        results=("W", "b", "losses"),
        stable=_train(softmax_cross_entropy, gradient_of_logits(softmax)),
        literal=_train(softmax_cross_entropy_literal, gradient_of_logits(softmax_literal)),
        roundabout=(
            _train(softmax_cross_entropy_composed, gradient_by_chain_rule),
            _train(softmax_cross_entropy_composed, gradient_by_jacobian),
        ),
        slide="Putting it all together",
        twin="torch.nn.Linear, torch.nn.CrossEntropyLoss, torch.optim.SGD",
        branches={
            "3 steps or more": lambda A, T, W, b, lr, mu, steps: steps >= 3,
            "mu > 0": lambda A, T, W, b, lr, mu, steps: mu > 0,
            "n > 1": lambda A, T, W, b, lr, mu, steps: len(A) > 1,
            "W is not square": lambda A, T, W, b, lr, mu, steps: W.shape[0] != W.shape[1],
        },
        returns=": W and b after the last step, and losses of shape (steps,)",
        note="The single layer perceptron: linear, softmax, cross entropy, on the whole batch in each step, "
        "with momentum from v = 0. losses[i] is the loss before step i.",
        holds=(FEATURES, LOGARITHMS, MEAN),
        history=History("losses", "loss"),
    ),
)
