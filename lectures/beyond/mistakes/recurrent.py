"""Mistakes in the recurrent network: in a step, in its gradient, and in sequences."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.beyond.mistakes.activations.silu import sigmoid
from lectures.beyond.mistakes.through_time import Cell, of_gradient, of_sequence


def before_tanh(x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    return x @ W_x.T + h @ W_h.T + b


def to_arguments(dZ: Any, x: Any, h: Any, W_x: Any, W_h: Any) -> tuple[Any, ...]:
    return dZ @ W_x, dZ @ W_h, dZ.T @ x, dZ.T @ h, dZ.sum(axis=0)


@Right
def rnn_step(*arguments: Any) -> Any:
    return np.tanh(before_tanh(*arguments))


@Right
def rnn_step_backward(grad: Any, *arguments: Any) -> Any:
    return to_arguments(grad * (1 - rnn_step(*arguments) ** 2), *arguments[:-1])


CELL: Final = Cell(rnn_step.formula, rnn_step_backward.formula)


@Right
def rnn(*arguments: Any) -> Any:
    return CELL.forward(*arguments)


@Right
def rnn_backward(*arguments: Any) -> Any:
    return CELL.backward(*arguments)


def derivative_before_step(grad: Any, x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    return to_arguments(grad * (1 - h**2), x, h, W_x, W_h)


def derivative_of_sigmoid(grad: Any, *arguments: Any) -> Any:
    after = rnn_step(*arguments)
    return to_arguments(grad * after * (1 - after), *arguments[:-1])


def derivative_of_sum(grad: Any, *arguments: Any) -> Any:
    return to_arguments(grad * (1 - before_tanh(*arguments) ** 2), *arguments[:-1])


def weights_of_state_after(grad: Any, x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    after = rnn_step(x, h, W_x, W_h, b)
    return to_arguments(grad * (1 - after**2), x, after, W_x, W_h)


def state_by_transposed_weights(grad: Any, x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    dZ = grad * (1 - rnn_step(x, h, W_x, W_h, b) ** 2)
    return dZ @ W_x, dZ @ W_h.T, dZ.T @ x, dZ.T @ h, dZ.sum(axis=0)


def transposed(grad: Any, *arguments: Any) -> Any:
    dx, dh, dW_x, dW_h, db = rnn_step_backward(grad, *arguments)
    return dx, dh, dW_x, dW_h.T, db


def averaged(grad: Any, *arguments: Any) -> Any:
    dx, dh, *sums = rnn_step_backward(grad, *arguments)
    return dx, dh, *(part / len(grad) for part in sums)


def bias_not_summed(grad: Any, *arguments: Any) -> Any:
    *others, _ = rnn_step_backward(grad, *arguments)
    return *others, grad * (1 - rnn_step(*arguments) ** 2)


MISTAKES: Final = (
    rnn_step.wrong("tanh-left-out", before_tanh,
        "tanh is left out: this is Z alone; h' = tanh(Z).",
        "Try numbers for which Z is far from 0: h' lies between -1 and 1."),
    rnn_step.wrong("sigmoid", lambda *arguments: sigmoid(before_tanh(*arguments)),
        "The activation is the sigmoid; this network has tanh.",
        "Try arguments of zeros: h' = 0 is right, and the sigmoid gives 0.5."),
    rnn_step.given("state-left-out", lambda x, h, W_x, W_h, b: (x, 0 * h, W_x, W_h, b),
        "The state takes no part: h W_hᵀ is left out.",
        "Try x and b of zeros: what should h' be then?"),
    rnn_step.given("input-left-out", lambda x, h, W_x, W_h, b: (0 * x, h, W_x, W_h, b),
        "The input takes no part: x W_xᵀ is left out.",
        "Try h and b of zeros: what should h' be then?"),
    rnn_step.given("bias-left-out", lambda x, h, W_x, W_h, b: (x, h, W_x, W_h, 0 * b),
        "The bias is left out; Z = x W_xᵀ + h W_hᵀ + ι bᵀ.",
        "Try x and h of zeros: what should h' be then?"),
    rnn_step.given("bias-twice", lambda x, h, W_x, W_h, b: (x, h, W_x, W_h, 2 * b),
        "The bias is added twice, once with x W_xᵀ and once with h W_hᵀ; b is the sum of both biases already.",
        "Try x and h of zeros, and compare h' with tanh(b)."),
    rnn_step.given("state-weights-not-transposed", lambda x, h, W_x, W_h, b: (x, h, W_x, W_h.T, b),
        "The state is multiplied by W_h instead of W_hᵀ. W_h is square, so that no shape tells.",
        "Try h = [1, 0] with W_h = [[1, 2], [3, 4]], and x and b of zeros."),
    rnn_step.wrong("tanh-of-each",
        lambda x, h, W_x, W_h, b: np.tanh(x @ W_x.T) + np.tanh(h @ W_h.T + b),
        "tanh is taken of each part, and the parts are added then; tanh is taken of their sum.",
        "Try large x and h: h' lies between -1 and 1."),
    rnn_step.wrong("state-added", lambda x, h, *others: h + rnn_step(x, h, *others),
        "The state is added to tanh(Z); it takes part in Z alone.",
        "Try W_x, W_h and b of zeros: h' = 0 is right."),
    rnn_step.float32_lost(lambda *arguments: rnn_step(*arguments).astype(np.float64)),
    rnn_step_backward.wrong("derivative-left-out", lambda grad, *arguments: to_arguments(grad, *arguments[:-1]),
        "The derivative of tanh is left out: ∂L/∂Z = grad (1 - h'²).",
        "Try b = 100, where tanh is flat: all gradients should be 0."),
    rnn_step_backward.wrong("derivative-of-state-before", derivative_before_step,
        "1 - h² is taken of the state before the step; the derivative of tanh is 1 - h'², of the state after it.",
        "Try h = 0 and b = 100, where tanh is flat: all gradients should be 0."),
    rnn_step_backward.wrong("derivative-of-sum", derivative_of_sum,
        "1 - Z² is not the derivative of tanh: it is 1 - tanh(Z)².",
        "Try b = 3: 1 - Z² is -8, and a slope of tanh is between 0 and 1."),
    rnn_step_backward.wrong("derivative-of-sigmoid", derivative_of_sigmoid,
        "h' (1 - h') is the derivative of the sigmoid; that of tanh is 1 - h'².",
        "Try arguments of zeros and b = 0, where the slope of tanh is 1."),
    rnn_step_backward.wrong("state-by-transposed-weights", state_by_transposed_weights,
        "∂L/∂h is ∂L/∂Z W_hᵀ; the step multiplies by W_hᵀ, and its gradient by W_h. No shape tells, as W_h is square.",
        "Try W_h = [[0, 1], [0, 0]] and grad = [1, 0]: which state did h'_1 come from?"),
    rnn_step_backward.wrong("state-weights-transposed", transposed,
        "∂L/∂W_h is hᵀ ∂L/∂Z; (∂L/∂Z)ᵀ h is right, and has the same shape, as W_h is square.",
        "Try h = [1, 0] and grad = [0, 1]: which of the weights leads from h_1 to h'_2?"),
    rnn_step_backward.wrong("weights-of-state-after", weights_of_state_after,
        "∂L/∂W_h is found with the state after the step; W_h is multiplied by the state before it.",
        "Try h = 0: what should ∂L/∂W_h be then?"),
    rnn_step_backward.wrong("averaged", averaged,
        "The gradients of W_x, W_h and b are divided by n; the 1/n is the loss's, and grad has it already.",
        "Compare one row with the same row twice.", sign="divided by n"),
    rnn_step_backward.wrong("bias-not-summed", bias_not_summed,
        "∂L/∂b is ∂L/∂Z itself; b is added to every row, so its gradient sums over them.",
        "Compare the shape of ∂L/∂b with that of b."),
    rnn_step_backward.given("grad-dropped", lambda grad, *arguments: (np.ones_like(grad), *arguments),
        "The upstream gradient is left out, as if it were ones.",
        "Double grad: every answer should double."),
    *of_sequence(rnn, CELL),
    *of_gradient(rnn_backward, CELL),
)  # fmt: skip
