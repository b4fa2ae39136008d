"""Mistakes in train: how often, and on what, the loop steps."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from lectures.lecture03.mistakes.linear.right import linear
from lectures.lecture03.mistakes.network.perceptron import RIGHT, Perceptron, backward, loss, loss_backward
from lectures.lecture03.mistakes.sgd.right import momentum_step


def one_step_short(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    return RIGHT.train(A, T, W, b, lr, mu, max(steps - 1, 1))


def one_step_too_many(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    return RIGHT.train(A, T, W, b, lr, mu, steps + 1)


def one_step_only(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    return RIGHT.train(A, T, W, b, lr, mu, 1)


def stops_when_loss_settles(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    _, _, losses = RIGHT.train(A, T, W, b, lr, mu, steps)
    settled = np.flatnonzero(np.abs(np.diff(losses)) <= 0.01 * losses[:-1])
    return RIGHT.train(A, T, W, b, lr, mu, int(settled[0]) + 1 if settled.size else steps)


def gradients_of_first_step(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    """The forward pass is run anew for the loss, but the gradients are computed once, before the loop."""
    first = loss_backward(linear(A, W, b), T)
    return Perceptron(loss_backward=lambda Z, T: first).train(A, T, W, b, lr, mu, steps)


def gradients_pile_up(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    sums = [np.zeros_like(W), np.zeros_like(b)]

    def added(dZ: Any, A: Any) -> Any:
        sums[:] = (s + g for s, g in zip(sums, backward(dZ, A), strict=True))
        return sums

    return Perceptron(backward=added).train(A, T, W, b, lr, mu, steps)


def sample_by_sample(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    v_W, v_b = np.zeros_like(W), np.zeros_like(b)
    losses = []
    for _ in range(steps):
        losses.append(loss(linear(A, W, b), T))
        for a, t in zip(A[:, None], T[:, None], strict=True):
            dW, db = backward(loss_backward(linear(a, W, b), t), a)
            W, v_W = momentum_step(W, v_W, dW, lr, mu)
            b, v_b = momentum_step(b, v_b, db, lr, mu)
    return W, b, np.array(losses)


def one_sample_a_step(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    v_W, v_b = np.zeros_like(W), np.zeros_like(b)
    losses = []
    for i in range(steps):
        losses.append(loss(linear(A, W, b), T))
        row = slice(i % len(A), i % len(A) + 1)
        dW, db = backward(loss_backward(linear(A[row], W, b), T[row]), A[row])
        W, v_W = momentum_step(W, v_W, dW, lr, mu)
        b, v_b = momentum_step(b, v_b, db, lr, mu)
    return W, b, np.array(losses)


def b_after_W(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    v_W, v_b = np.zeros_like(W), np.zeros_like(b)
    losses = []
    for _ in range(steps):
        Z = linear(A, W, b)
        losses.append(loss(Z, T))
        dW, _ = backward(loss_backward(Z, T), A)
        W, v_W = momentum_step(W, v_W, dW, lr, mu)
        _, db = backward(loss_backward(linear(A, W, b), T), A)
        b, v_b = momentum_step(b, v_b, db, lr, mu)
    return W, b, np.array(losses)


MISTAKES: Final = (
    Mistake(
        "train/one-step-short",
        "train",
        one_step_short,
        "The loop ends one step too early.",
        "Print the number of losses for steps = 3.",
    ),
    Mistake(
        "train/one-step-too-many",
        "train",
        one_step_too_many,
        "The loop runs one step too many.",
        "Print the number of losses for steps = 1.",
    ),
    Mistake(
        "train/one-step-only",
        "train",
        one_step_only,
        "Training ends after the first step, as with a return inside the loop.",
        "Print the number of losses for steps = 3, and look at the indentation of the return.",
    ),
    Mistake(
        "train/stops-when-loss-settles",
        "train",
        stops_when_loss_settles,
        "Training stops as soon as the loss changes by 1 % or less; all of the steps are taken.",
        "Try a small lr and print the number of losses.",
    ),
    Mistake(
        "train/gradients-of-first-step",
        "train",
        gradients_of_first_step,
        "Every step takes the gradients of the first: the forward pass or the backpropagation is outside of the loop.",
        "Print dW in each step: it should change.",
    ),
    Mistake(
        "train/gradients-pile-up",
        "train",
        gradients_pile_up,
        "dW and db are added to those of the steps before, and never set to 0.",
        "Try mu = 0 and compare dW of the second step with one that is computed alone.",
    ),
    Mistake(
        "train/sample-by-sample",
        "train",
        sample_by_sample,
        "There is an update after each sample; a step takes the whole batch.",
        "Try two samples and count the updates in one step.",
    ),
    Mistake(
        "train/one-sample-a-step",
        "train",
        one_sample_a_step,
        "Each step takes the gradient of one sample, in turn; a step takes the whole batch.",
        "Try two samples and one step: do both of them move W?",
    ),
    Mistake(
        "train/b-after-W",
        "train",
        b_after_W,
        "The gradient of b is computed when W has moved already; both come from the same forward pass.",
        "Compute dW and db first, then update.",
    ),
)
