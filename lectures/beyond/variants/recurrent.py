"""Right ways to write the recurrent network."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from lectures.lecture03.variants.shared import Ways, through_float64

STEP: Final = Ways("rnn_step")
STEP_BACKWARD: Final = Ways("rnn_step_backward")
SEQUENCE: Final = Ways("rnn")
SEQUENCE_BACKWARD: Final = Ways("rnn_backward")


def step(x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    return np.tanh(x @ W_x.T + h @ W_h.T + b)


def side_by_side(x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    return np.tanh(np.concatenate([x, h], axis=1) @ np.concatenate([W_x, W_h], axis=1).T + b)


def row_by_row(x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    return np.stack([np.tanh(W_h @ state + W_x @ row + b) for row, state in zip(x, h, strict=True)])


def by_einsum(grad: Any, x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    after = step(x, h, W_x, W_h, b)
    dZ = (1 - after) * (1 + after) * grad
    return (
        *(np.einsum("no,oi->ni", dZ, W) for W in (W_x, W_h)),
        *(np.einsum("no,ni->oi", dZ, a) for a in (x, h)),
        np.einsum("no->o", dZ),
    )


def by_cosh(grad: Any, x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    with np.errstate(over="ignore"):
        dZ = grad / np.cosh(x @ W_x.T + h @ W_h.T + b) ** 2
    return dZ @ W_x, dZ @ W_h, dZ.T @ x, dZ.T @ h, dZ.T @ np.ones_like(dZ[:, 0])


def inputs_at_once(x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    states = x @ W_x.T + b
    for t in range(x.shape[1]):
        states[:, t] = h = np.tanh(states[:, t] + h @ W_h.T)
    return states


def stacked(x: Any, h: Any, *weights: Any) -> Any:
    states = []
    for row in x.swapaxes(0, 1):
        h = side_by_side(row, h, *weights)
        states.append(h)
    return np.stack(states, axis=1)


def weights_at_once(grad: Any, x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    """Every ∂L/∂Z first, and one product for each of the weights then."""
    states = inputs_at_once(x, h, W_x, W_h, b)
    dZ, dh = np.zeros_like(states), np.zeros_like(h)
    for t in range(x.shape[1] - 1, -1, -1):
        dZ[:, t] = (grad[:, t] + dh) * (1 - states[:, t] ** 2)
        dh = dZ[:, t] @ W_h
    before = np.concatenate([h[:, None], states[:, :-1]], axis=1)
    return dZ @ W_x, dh, np.tensordot(dZ, x, ((0, 1), (0, 1))), np.einsum("nto,nti->oi", dZ, before), dZ.sum((0, 1))


VARIANTS: Final = (
    STEP.way("side-by-side", side_by_side, "x and h side by side, times W_x and W_h side by side"),
    STEP.way("row-by-row", row_by_row, "one row at a time"),
    STEP.way("through-float64", through_float64(step), "in float64, and rounded once"),
    STEP_BACKWARD.way("by-einsum", by_einsum, "(1 - h') (1 + h') in place of 1 - h'², and einsum"),
    STEP_BACKWARD.way("by-cosh", by_cosh, "1 / cosh² in place of 1 - tanh²"),
    SEQUENCE.way("inputs-at-once", inputs_at_once, "x W_xᵀ of all steps in one product"),
    SEQUENCE.way("stacked", stacked, "a list of states, stacked at the end"),
    SEQUENCE_BACKWARD.way("weights-at-once", weights_at_once, "the gradients of the weights in one product each"),
    SEQUENCE_BACKWARD.way("through-float64", through_float64(weights_at_once), "in float64, and rounded once"),
)
