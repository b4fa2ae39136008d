"""Mistakes in train: arrays of another type, arguments written to, and state kept between calls."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.hygiene import float32_lost, state_kept, written_to
from gradecheck.packs.mistakes.resuming import resuming
from lectures.lecture03.mistakes.linear.right import linear
from lectures.lecture03.mistakes.network.perceptron import RIGHT, Perceptron, backward, loss, loss_backward
from lectures.lecture03.mistakes.sgd.right import momentum_step


def velocity_kept() -> Any:
    """The second call goes on with the velocities of the first."""
    resumed = resuming()

    def wrong(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
        v = resumed((A, T, W, b, lr, mu, steps), (np.zeros_like(W), np.zeros_like(b)))
        losses = []
        for _ in range(steps):
            Z = linear(A, W, b)
            losses.append(loss(Z, T))
            dW, db = backward(loss_backward(Z, T), A)
            W, v[0] = momentum_step(W, v[0], dW, lr, mu)
            b, v[1] = momentum_step(b, v[1], db, lr, mu)
        return W, b, np.array(losses)

    return wrong


def written_into_arguments(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    v_W, v_b = np.zeros_like(W), np.zeros_like(b)
    losses = []
    for _ in range(steps):
        Z = linear(A, W, b)
        losses.append(loss(Z, T))
        dW, db = backward(loss_backward(Z, T), A)
        v_W, v_b = mu * v_W + dW, mu * v_b + db
        W -= lr * v_W
        b -= lr * v_b
    return W, b, np.array(losses)


def written_into_b(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    moved, after, losses = RIGHT.train(A, T, W, b, lr, mu, steps)
    b[...] = after
    return moved, b, losses


def losses_of_float64(*arguments: Any) -> Any:
    W, b, losses = RIGHT.train(*arguments)
    return W, b, losses.astype(np.float64)


def rates_of_float64(lr: Any, mu: Any, i: int) -> Any:
    return np.float64(lr), np.float64(mu)


def list_of_losses(*arguments: Any) -> Any:
    W, b, losses = RIGHT.train(*arguments)
    return W, b, losses.tolist()


def single_precision(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    dtype = A.dtype
    A, T, W, b = (x.astype(np.float32) for x in (A, T, W, b))
    return tuple(x.astype(dtype) for x in RIGHT.train(A, T, W, b, lr, mu, steps))


MISTAKES: Final = (
    Mistake(
        "train/single-precision",
        "train",
        single_precision,
        "The training runs in float32, which loses half of the digits of float64 inputs.",
        "Look for astype(np.float32) or dtype=np.float32.",
    ),
    float32_lost("train", losses_of_float64, "losses"),
    float32_lost("train", Perceptron(rates=rates_of_float64).train, "W and b"),
    Mistake(
        "train/list-of-losses",
        "train",
        list_of_losses,
        "losses is a list; it should be an array of shape (steps,).",
        "Print type(losses).",
        costs="hygiene",
    ),
    state_kept("train", velocity_kept()),
    written_to("train/written-into-arguments", written_into_arguments, "W", "b"),
    written_to("train/written-into-b", written_into_b, "b"),
)
