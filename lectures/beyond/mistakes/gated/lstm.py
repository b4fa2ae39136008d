"""Mistakes in the LSTM: in a step, in its gradient, and in sequences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.beyond.mistakes.activations.silu import sigmoid
from lectures.beyond.mistakes.through_time import Cell, of_gradient, of_sequence

Part = Callable[..., Any]


def sum_of_products(x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    return x @ W_x.T + h @ W_h.T + b


def gates(*arguments: Any) -> tuple[Any, ...]:
    """i, f, g and o."""
    i, f, g, o = np.split(sum_of_products(*arguments), 4, axis=1)
    return sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)


@dataclass(frozen=True)
class Lstm:
    """A step from parts that can be replaced: gates, the c after it, and what h is made of beside o."""

    gates: Part = gates
    after: Part = lambda i, f, g, c: f * c + i * g
    seen: Part = lambda after, c: np.tanh(after)

    def step(self, x: Any, h: Any, c: Any, *weights: Any) -> tuple[Any, Any]:
        i, f, g, o = self.gates(x, h, *weights)
        after = self.after(i, f, g, c)
        return o * self.seen(after, c), after


def delta(grad_h: Any, grad_c: Any, o: Any, after: Any) -> Any:
    return grad_c + grad_h * o * (1 - np.tanh(after) ** 2)


def of_gates(d: Any, grad_h: Any, i: Any, f: Any, g: Any, o: Any, c: Any, after: Any) -> tuple[Any, ...]:
    """∂L/∂i, ∂L/∂f, ∂L/∂g and ∂L/∂o."""
    return d * g, d * c, d * i, grad_h * np.tanh(after)


def slopes(i: Any, f: Any, g: Any, o: Any) -> tuple[Any, ...]:
    return i * (1 - i), f * (1 - f), 1 - g**2, o * (1 - o)


@dataclass(frozen=True)
class Gradient:
    """The gradient of a step from parts that can be replaced."""

    delta: Part = delta
    of_gates: Part = of_gates
    slopes: Part = slopes
    of_c: Part = lambda d, f: d * f

    def __call__(self, grad_h: Any, grad_c: Any, x: Any, h: Any, c: Any, W_x: Any, W_h: Any, b: Any) -> Any:
        i, f, g, o = gates(x, h, W_x, W_h, b)
        after = f * c + i * g
        d = self.delta(grad_h, grad_c, o, after)
        both = zip(self.of_gates(d, grad_h, i, f, g, o, c, after), self.slopes(i, f, g, o), strict=True)
        dZ = np.concatenate([gradient * slope for gradient, slope in both], axis=1)
        return dZ @ W_x, dZ @ W_h, self.of_c(d, f), dZ.T @ x, dZ.T @ h, dZ.sum(axis=0)


@Right
def lstm_step(*arguments: Any) -> Any:
    return Lstm().step(*arguments)


@Right
def lstm_step_backward(*arguments: Any) -> Any:
    return Gradient()(*arguments)


CELL: Final = Cell(lstm_step.formula, lstm_step_backward.formula, count=2)


@Right
def lstm(*arguments: Any) -> Any:
    return CELL.forward(*arguments)


@Right
def lstm_backward(*arguments: Any) -> Any:
    return CELL.backward(*arguments)


def reordered(W: Any, *order: int) -> Any:
    blocks = np.split(W, len(order))
    return np.concatenate([blocks[i] for i in order])


def in_order(*order: int) -> Part:
    """The arguments of a forward function, so that its gates stand in that order."""
    return lambda x, h, c, *weights: (x, h, c, *(reordered(W, *order) for W in weights))


def candidate_last(grad_h: Any, grad_c: Any, x: Any, h: Any, c: Any, *weights: Any) -> Any:
    """W is read as i, f, o, g, and its gradients are written so."""
    found = lstm_step_backward(grad_h, grad_c, *in_order(0, 1, 3, 2)(x, h, c, *weights))
    return *found[:3], *(reordered(W, 0, 1, 3, 2) for W in found[3:])


def interleaved(*arguments: Any) -> tuple[Any, ...]:
    Z = sum_of_products(*arguments)
    i, f, g, o = np.moveaxis(Z.reshape(len(Z), Z.shape[1] // 4, 4), -1, 0)
    return sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)


def all_sigmoid(*arguments: Any) -> tuple[Any, ...]:
    return tuple(np.split(sigmoid(sum_of_products(*arguments)), 4, axis=1))


def forget_raised(*arguments: Any) -> tuple[Any, ...]:
    i, f, g, o = np.split(sum_of_products(*arguments), 4, axis=1)
    return sigmoid(i), sigmoid(f + 1), np.tanh(g), sigmoid(o)


def float32_lost(*arguments: Any) -> Any:
    h, c = lstm_step(*arguments)
    return h.astype(np.float64), c


def averaged(*arguments: Any) -> Any:
    dx, dh, dc, *sums = lstm_step_backward(*arguments)
    return dx, dh, dc, *(part / len(dx) for part in sums)


def cell_not_carried(x: Any, h: Any, c: Any, *weights: Any) -> Any:
    states = []
    for t in range(x.shape[1]):
        h, last = lstm_step(x[:, t], h, c, *weights)
        states.append(h)
    return np.stack(states, axis=1), last


MISTAKES: Final = (
    lstm_step.given("candidate-last", in_order(0, 1, 3, 2),
        "The gates are taken in the order i, f, o, g; here it is torch's, i, f, g, o.",
        "Compare the rows of W_x that tanh is taken of with the order in the note."),
    lstm_step.given("input-and-forget-swapped", in_order(1, 0, 2, 3),
        "The input gate and the forget gate have changed places: i is the first, f the second.",
        "Try a b of which only the second quarter is large: c should stay as it is."),
    lstm_step.wrong("gates-interleaved", Lstm(interleaved).step,
        "The gates are taken from every fourth number; each gate has a block of `out` rows of its own.",
        "Print np.arange(8).reshape(2, 4) and np.split(np.arange(8), 4), and compare with the order of the gates."),
    lstm_step.wrong("candidate-by-sigmoid", Lstm(all_sigmoid).step,
        "The sigmoid is taken of all four; of G it is tanh, so that c can fall, too.",
        "Try c = 0 and a negative G: c' should be negative."),
    lstm_step.wrong("forget-gate-left-out", Lstm(after=lambda i, f, g, c: c + i * g).step,
        "The forget gate is left out: this is c + i g, as in the paper of 1997; c' = f c + i g.",
        "Try a b for which f is 0: what is left of c?"),
    lstm_step.wrong("input-gate-left-out", Lstm(after=lambda i, f, g, c: f * c + g).step,
        "The input gate is left out: c' = f c + i g.",
        "Try a b for which i is 0: c' should be f c."),
    lstm_step.wrong("tanh-of-cell-left-out", Lstm(seen=lambda after, c: after).step,
        "h' is o c'; tanh is taken of c' first: h' = o tanh(c').",
        "Try a large c: h' lies between -1 and 1."),
    lstm_step.wrong("cell-before-step", Lstm(seen=lambda after, c: np.tanh(c)).step,
        "h' is made of the c before the step; it is made of c', the one after it.",
        "Try c = 0: h' should not be 0."),
    lstm_step.wrong("results-swapped", lambda *arguments: lstm_step(*arguments)[::-1],
        "c' comes first and h' second; the order is h', c'.",
        "Compare the first result with o tanh(c'), which lies between -1 and 1."),
    lstm_step.wrong("forget-bias-of-1", Lstm(forget_raised).step,
        "1 is added to F, as when a network starts to learn; here b has all that is added.",
        "Try arguments of zeros but c = 1: c' should be 0.5."),
    lstm_step.float32_lost(float32_lost, "h'"),
    lstm_step_backward.wrong("cell-gradient-left-out",
        Gradient(lambda grad_h, grad_c, o, after: delta(grad_h, 0 * grad_c, o, after)),
        "grad_c takes no part; c' is a result, and has a gradient of its own beside the one by h'.",
        "Try grad_h = 0: ∂L/∂c should be grad_c f."),
    lstm_step_backward.wrong("cell-by-state-left-out", Gradient(lambda grad_h, grad_c, o, after: grad_c),
        "∂L/∂c' is grad_c alone; h' = o tanh(c') depends on c', too.",
        "Try grad_c = 0: ∂L/∂c should not be 0."),
    lstm_step_backward.wrong("slope-of-cell-left-out",
        Gradient(lambda grad_h, grad_c, o, after: grad_c + grad_h * o),
        "The derivative of tanh(c') is left out: δ = grad_c + grad_h o (1 - tanh²(c')).",
        "Try c = 100 and grad_c = 0, where tanh is flat: ∂L/∂c should be 0."),
    lstm_step_backward.wrong("slope-of-untouched-cell",
        Gradient(lambda grad_h, grad_c, o, after: grad_c + grad_h * o * (1 - after**2)),
        "1 - c'² is not the derivative of tanh(c'): it is 1 - tanh²(c').",
        "Try c = 3: a slope of tanh is between 0 and 1."),
    lstm_step_backward.wrong("slopes-left-out", Gradient(slopes=lambda i, f, g, o: (1, 1, 1, 1)),
        "The derivatives of the sigmoids and of tanh are left out: these are ∂L/∂i and so on, not ∂L/∂I.",
        "Try b = 100, where all gates are flat: ∂L/∂b should be 0."),
    lstm_step_backward.wrong("candidate-slope-of-sigmoid",
        Gradient(slopes=lambda i, f, g, o: (*slopes(i, f, g, o)[:2], g * (1 - g), o * (1 - o))),
        "g (1 - g) is the derivative of a sigmoid; g is tanh(G), and its derivative 1 - g².",
        "Try arguments of zeros, where the slope of tanh is 1."),
    lstm_step_backward.wrong("forget-by-cell-after",
        Gradient(of_gates=lambda d, grad_h, i, f, g, o, c, after: (d * g, d * after, d * i, grad_h * np.tanh(after))),
        "∂L/∂f is δ c'; f is multiplied by the c before the step.",
        "Try c = 0: the gradients of the forget gate should be 0."),
    lstm_step_backward.wrong("output-by-cell",
        Gradient(of_gates=lambda d, grad_h, i, f, g, o, c, after: (d * g, d * c, d * i, grad_h * after)),
        "∂L/∂o is grad_h c'; o is multiplied by tanh(c').",
        "Try a large c, and compare the last quarter of ∂L/∂b."),
    lstm_step_backward.wrong("forget-gate-not-passed", Gradient(of_c=lambda d, f: d),
        "∂L/∂c is δ; c' has f c in it, so that ∂L/∂c = δ f.",
        "Try a b for which f is 0: ∂L/∂c should be 0."),
    lstm_step_backward.wrong("candidate-last", candidate_last,
        "The gates are taken in the order i, f, o, g; here it is torch's, i, f, g, o.",
        "Compare the rows of W_x that tanh is taken of with the order in the note."),
    lstm_step_backward.wrong("averaged", averaged,
        "The gradients of W_x, W_h and b are divided by n; the 1/n is the loss's, and grad has it already.",
        "Compare one row with the same row twice.", sign="divided by n"),
    *of_sequence(lstm, CELL),
    lstm.wrong("cell-not-carried", cell_not_carried,
        "Every step goes on from the c that was given; h alone is that of the step before.",
        "Try two steps, and look for what is assigned at the end of the loop."),
    lstm.given("cell-begins-with-zeros", lambda x, h, c, *weights: (x, h, 0 * c, *weights),
        "The sequence begins with c = 0; it should begin with the c that is given.",
        "Try a single step with c = 1."),
    *of_gradient(lstm_backward, CELL),
    lstm_backward.given("last-cell-left-out", lambda grad_h, grad_c, *others: (grad_h, 0 * grad_c, *others),
        "grad_c takes no part; the last c is a result, and the last step begins with its gradient.",
        "Try grad_h = 0: are the answers 0?"),
    lstm_backward.wrong("cell-not-carried", replace(CELL, carry=lambda dh, dc: (dh, 0 * dc)).backward,
        "∂L/∂c does not go from a step to the one before; c_{t-1} is used by step t.",
        "Try two steps with W_h = 0 and grad_h = 0 for the first: ∂L/∂x_1 is what c carries."),
)  # fmt: skip
