"""The single layer perceptron in parts that can be replaced: with all of them as they are, training is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from lectures.lecture03.mistakes.linear.right import linear
from lectures.lecture03.mistakes.sgd.right import momentum_step

Part = Callable[..., Any]


def softmax(Z: Any) -> Any:
    e = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(Z: Any) -> Any:
    z = Z - Z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def loss(Z: Any, T: Any) -> Any:
    """Softmax and cross entropy, averaged over the rows."""
    return -(T * log_softmax(Z)).sum() / len(T)


def loss_backward(Z: Any, T: Any) -> Any:
    return (softmax(Z) - T) / len(T)


def backward(dZ: Any, A: Any) -> Any:
    """(dW, db); nothing stands before the only layer, which would need dA."""
    return dZ.T @ A, dZ.sum(axis=0)


def constant(lr: Any, mu: Any, i: int) -> Any:
    return lr, mu


@dataclass(frozen=True)
class Perceptron:
    """rates: (lr, mu, number of the step) -> the lr and mu that it takes.      descend_b: where b's step is another."""

    forward: Part = linear
    loss: Part = loss
    loss_backward: Part = loss_backward
    backward: Part = backward
    descend: Part = momentum_step
    descend_b: Part | None = None
    rates: Part = constant

    def states(self, A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any) -> Iterator[tuple[Any, Any, Any]]:
        """(W, b, loss) before each step, without end."""
        v_W, v_b = np.zeros_like(W), np.zeros_like(b)
        for i in range(2**31):
            Z = self.forward(A, W, b)
            yield W, b, self.loss(Z, T)
            dW, db = self.backward(self.loss_backward(Z, T), A)
            rates = self.rates(lr, mu, i)
            W, v_W = self.descend(W, v_W, dW, *rates)
            b, v_b = (self.descend_b or self.descend)(b, v_b, db, *rates)

    def run(self, A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> tuple[list[Any], ...]:
        """All W, all b and all losses of that many steps: those before each, and those after the last."""
        Ws, bs, losses = zip(*islice(self.states(A, T, W, b, lr, mu), steps + 1), strict=True)
        return list(Ws), list(bs), list(losses)

    def train(self, A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> tuple[Any, Any, Any]:
        Ws, bs, losses = self.run(A, T, W, b, lr, mu, steps)
        return Ws[-1], bs[-1], np.array(losses[:-1])


RIGHT = Perceptron()
