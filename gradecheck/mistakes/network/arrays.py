"""Mistakes in train: arrays of another type, arguments written to, and state kept between calls."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.mistakes.linear.right import linear
from gradecheck.mistakes.mistake import Mistake
from gradecheck.mistakes.network.perceptron import RIGHT, Perceptron, backward, loss, loss_backward
from gradecheck.mistakes.resuming import resuming
from gradecheck.mistakes.sgd.right import momentum_step


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
    Mistake(
        "train/losses-of-float64",
        "train",
        losses_of_float64,
        "losses is float64 for float32 inputs too, as np.zeros(steps) makes it; it should have their dtype.",
        "Try float32 inputs and print losses.dtype.",
        costs="hygiene",
    ),
    Mistake(
        "train/rates-of-float64",
        "train",
        Perceptron(rates=rates_of_float64).train,
        "lr and mu are made NumPy float64 numbers, which turns float32 weights into float64 ones.",
        "Try float32 inputs and print W.dtype and b.dtype.",
        costs="hygiene",
    ),
    Mistake(
        "train/list-of-losses",
        "train",
        list_of_losses,
        "losses is a list; it should be an array of shape (steps,).",
        "Print type(losses).",
        costs="hygiene",
    ),
    Mistake(
        "train/velocity-kept",
        "train",
        velocity_kept(),
        "The velocities of the last call are kept and go on; each training starts from v = 0.",
        "Call train twice with the same arguments and compare.",
        costs="hygiene",
    ),
    Mistake(
        "train/written-into-arguments",
        "train",
        written_into_arguments,
        "The steps are written into the arguments W and b (W -= ...), and the caller's arrays change with them.",
        "Print W and b before and after the call.",
        costs="hygiene",
    ),
    Mistake(
        "train/written-into-b",
        "train",
        written_into_b,
        "The steps are written into the argument b, and the caller's array changes with it.",
        "Print b before and after the call.",
        costs="hygiene",
    ),
)
