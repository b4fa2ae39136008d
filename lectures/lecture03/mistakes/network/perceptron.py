"""The single layer perceptron in parts that can be replaced: with all of them as they are, training is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.lecture03.mistakes.activations.softmax import log_shares, shifted, softmax
from lectures.lecture03.mistakes.linear import linear
from lectures.lecture03.mistakes.sgd import momentum_step

Part = Callable[..., Any]
State = tuple[Any, Any, Any, Any]
"""W, b and their velocities."""


def loss(Z: Any, T: Any) -> Any:
    """Softmax and cross entropy, averaged over the rows."""
    return -(T * log_shares(shifted(Z))).sum() / len(T)


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

    def step(self, A: Any, T: Any, state: State, lr: Any, mu: Any, i: int) -> State:
        W, b, v_W, v_b = state
        dW, db = self.backward(self.loss_backward(self.forward(A, W, b), T), A)
        rates = self.rates(lr, mu, i)
        W, v_W = self.descend(W, v_W, dW, *rates)
        b, v_b = (self.descend_b or self.descend)(b, v_b, db, *rates)
        return W, b, v_W, v_b

    def states(self, A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any) -> Iterator[State]:
        """The state before each step, without end."""
        state = W, b, np.zeros_like(W), np.zeros_like(b)
        for i in count():
            yield state
            state = self.step(A, T, state, lr, mu, i)

    def train(self, A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> tuple[Any, Any, Any]:
        """W and b after so many steps, and the loss before each."""
        losses = []
        for state in islice(self.states(A, T, W, b, lr, mu), steps + 1):
            losses.append(self.loss(self.forward(A, *state[:2]), T))
        return *state[:2], np.array(losses[:-1])


@Right
def train(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int, more: int = 0) -> Any:
    """more: steps than are asked."""
    return Perceptron().train(A, T, W, b, lr, mu, steps + more)
