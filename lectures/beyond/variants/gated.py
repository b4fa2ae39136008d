"""Right ways to write LSTM and GRU."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from lectures.lecture03.variants.shared import Ways, through_float64


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def split(Z: Any, gates: int) -> Any:
    """The gates of (n, gates out) as (gates, n, out)."""
    return np.moveaxis(Z.reshape(len(Z), gates, Z.shape[1] // gates), 1, 0)


def total(parts: list[Any]) -> list[Any]:
    """The sum of each gradient over the steps."""
    return [sum(part[1:], part[0]) for part in zip(*parts, strict=True)]


# -- LSTM


def lstm_gates(x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    i, f, g, o = split(np.concatenate([x, h], axis=1) @ np.concatenate([W_x, W_h], axis=1).T + b, 4)
    return sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)


def lstm_step(x: Any, h: Any, c: Any, *weights: Any) -> Any:
    i, f, g, o = lstm_gates(x, h, *weights)
    c = i * g + f * c
    return o * np.tanh(c), c


def gate_by_gate(x: Any, h: Any, c: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    k = h.shape[1]
    Z = [x @ W_x[j : j + k].T + h @ W_h[j : j + k].T + b[j : j + k] for j in range(0, 4 * k, k)]
    c = c * sigmoid(Z[1]) + sigmoid(Z[0]) * np.tanh(Z[2])
    return sigmoid(Z[3]) * np.tanh(c), c


def lstm_step_backward(grad_h: Any, grad_c: Any, x: Any, h: Any, c: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    i, f, g, o = lstm_gates(x, h, W_x, W_h, b)
    tanh_c = np.tanh(f * c + i * g)
    d = grad_c + o * grad_h * (1 - tanh_c) * (1 + tanh_c)
    dI, dF, dG, dO = i * (1 - i) * g * d, f * (1 - f) * c * d, (1 - g) * (1 + g) * i * d, o * (1 - o) * tanh_c * grad_h
    dZ = np.hstack([dI, dF, dG, dO])
    return dZ @ W_x, dZ @ W_h, f * d, dZ.T @ x, dZ.T @ h, np.ones(len(x), x.dtype) @ dZ


def lstm(x: Any, h: Any, c: Any, *weights: Any) -> Any:
    states = []
    for row in x.swapaxes(0, 1):
        h, c = gate_by_gate(row, h, c, *weights)
        states.append(h)
    return np.stack(states, axis=1), c


def lstm_backward(grad_h: Any, grad_c: Any, x: Any, h: Any, c: Any, *weights: Any) -> Any:
    states = [(h, c)]
    for row in x.swapaxes(0, 1):
        states.append(lstm_step(row, *states[-1], *weights))
    dx, parts, dh, dc = [], [], np.zeros_like(h), grad_c
    for t in range(x.shape[1] - 1, -1, -1):
        d, dh, dc, *others = lstm_step_backward(grad_h[:, t] + dh, dc, x[:, t], *states[t], *weights)
        dx.append(d)
        parts.append(others)
    return np.stack(dx[::-1], axis=1), dh, dc, *total(parts)


# -- GRU


def gru_gates(x: Any, h: Any, W_x: Any, W_h: Any, b_x: Any, b_h: Any) -> Any:
    R_x, Z_x, N_x = split(x @ W_x.T + b_x, 3)
    R_h, Z_h, N_h = split(h @ W_h.T + b_h, 3)
    r = sigmoid(R_x + R_h)
    return r, sigmoid(Z_x + Z_h), np.tanh(N_x + r * N_h), N_h


def moved(x: Any, h: Any, *weights: Any) -> Any:
    _, z, g, _ = gru_gates(x, h, *weights)
    return g + z * (h - g)


def gru_step_backward(grad: Any, x: Any, h: Any, W_x: Any, W_h: Any, b_x: Any, b_h: Any) -> Any:
    r, z, g, N_h = gru_gates(x, h, W_x, W_h, b_x, b_h)
    dN = (1 - g) * (1 + g) * (1 - z) * grad
    dR, dZ = r * (1 - r) * N_h * dN, z * (1 - z) * (h - g) * grad
    dX, dH = np.hstack([dR, dZ, dN]), np.hstack([dR, dZ, r * dN])
    return dX @ W_x, z * grad + dH @ W_h, dX.T @ x, dH.T @ h, dX.sum(axis=0), dH.sum(axis=0)


def gru(x: Any, h: Any, *weights: Any) -> Any:
    states = []
    for row in x.swapaxes(0, 1):
        h = moved(row, h, *weights)
        states.append(h)
    return np.stack(states, axis=1)


def gru_backward(grad: Any, x: Any, h: Any, *weights: Any) -> Any:
    before = [h, *gru(x, h, *weights).swapaxes(0, 1)]
    dx, parts, dh = [], [], np.zeros_like(h)
    for t in range(x.shape[1] - 1, -1, -1):
        d, dh, *others = gru_step_backward(grad[:, t] + dh, x[:, t], before[t], *weights)
        dx.append(d)
        parts.append(others)
    return np.stack(dx[::-1], axis=1), dh, *total(parts)


VARIANTS: Final = (
    Ways("lstm_step").way("side-by-side", lstm_step, "x and h side by side in one product"),
    Ways("lstm_step").way("gate-by-gate", gate_by_gate, "a product for each gate"),
    Ways("lstm_step_backward").way("factored", lstm_step_backward, "(1 - g) (1 + g) in place of 1 - g²"),
    Ways("lstm").way("stacked", lstm, "a list of states, stacked at the end"),
    Ways("lstm_backward").way("summed-at-the-end", lstm_backward, "the gradients of each step, summed at the end"),
    Ways("gru_step").way("moved", moved, "g + z (h - g), as torch has it"),
    Ways("gru_step").way("through-float64", through_float64(moved), "in float64, and rounded once"),
    Ways("gru_step_backward").way("factored", gru_step_backward, "(1 - g) (1 + g) in place of 1 - g²"),
    Ways("gru").way("stacked", gru, "a list of states, stacked at the end"),
    Ways("gru_backward").way("summed-at-the-end", gru_backward, "the gradients of each step, summed at the end"),
)
