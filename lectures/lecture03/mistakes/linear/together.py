"""Mistakes in linear_backward that all of its results share."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.hygiene import float32_lost, state_kept
from gradecheck.packs.mistakes.resuming import resuming
from lectures.lecture03.mistakes.linear.right import linear_backward


def dW_and_db_averaged(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A / len(A), grad.mean(axis=0)


def all_averaged(grad: Any, A: Any, W: Any) -> Any:
    return linear_backward(grad / len(A), A, W)


def upstream_left_out(grad: Any, A: Any, W: Any) -> Any:
    return linear_backward(np.ones_like(grad), A, W)


def negated(grad: Any, A: Any, W: Any) -> Any:
    return linear_backward(-grad, A, W)


def everything_squeezed(grad: Any, A: Any, W: Any) -> Any:
    return tuple(x.squeeze() for x in linear_backward(grad, A, W))


def sums_of_float64(grad: Any, A: Any, W: Any) -> Any:
    dW, db = np.zeros(W.shape), np.zeros(len(W))
    for g, a in zip(grad, A, strict=True):
        dW += np.outer(g, a)
        db += g
    return grad @ W, dW, db


def piling_up() -> Any:
    """The second call adds its dW and db to those of the first."""
    resumed = resuming()

    def wrong(grad: Any, A: Any, W: Any) -> Any:
        dA, dW, db = linear_backward(grad, A, W)
        sums = resumed((grad, A, W), (0, 0))
        sums[:] = sums[0] + dW, sums[1] + db
        return dA, *sums

    return wrong


MISTAKES: Final = (
    Mistake(
        "linear_backward/dW-and-db-averaged",
        "linear_backward",
        dW_and_db_averaged,
        "dW and db are divided by the number of samples; the 1/n is the loss's, and grad has it already.",
        "Compare dW and db for one sample and for the same sample twice.",
        sign="divided by n",
    ),
    Mistake(
        "linear_backward/all-averaged",
        "linear_backward",
        all_averaged,
        "grad is divided by the number of samples first; the 1/n is the loss's, and grad has it already.",
        "Compare all three results for one sample and for the same sample twice.",
        sign="divided by n",
    ),
    Mistake(
        "linear_backward/upstream-left-out",
        "linear_backward",
        upstream_left_out,
        "The upstream gradient ∂L/∂Z is left out, as if it were ones; each derivative is multiplied by it.",
        "Try grad of zeros: what should all three be then?",
    ),
    Mistake(
        "linear_backward/negated",
        "linear_backward",
        negated,
        "All gradients have the wrong sign: the minus of W = W - λ ∂L/∂W belongs to the step, not to the gradient.",
        "Try grad, A and W of ones and look at the signs.",
        sign="negated",
    ),
    Mistake(
        "linear_backward/everything-squeezed",
        "linear_backward",
        everything_squeezed,
        "Axes of length 1 are dropped, so that a gradient has not the shape of what it belongs to.",
        "Try n = 1, in = 1 and out = 1, and compare the shapes of dA, dW and db with A, W and b.",
        costs="edges",
    ),
    float32_lost("linear_backward", sums_of_float64),
    state_kept("linear_backward", piling_up()),
)
