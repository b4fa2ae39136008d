"""A model answer: LSTM and GRU."""

from typing import Any

import numpy as np


def sigmoid(x: Any) -> Any:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def lstm_gates(x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    i, f, g, o = np.split(x @ W_x.T + h @ W_h.T + b, 4, axis=1)
    return sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)


def lstm_step(x: Any, h: Any, c: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    i, f, g, o = lstm_gates(x, h, W_x, W_h, b)
    c = f * c + i * g
    return o * np.tanh(c), c


def lstm_step_backward(grad_h: Any, grad_c: Any, x: Any, h: Any, c: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    i, f, g, o = lstm_gates(x, h, W_x, W_h, b)
    tanh_c = np.tanh(f * c + i * g)
    delta = grad_c + grad_h * o * (1 - tanh_c**2)
    dI = delta * g * i * (1 - i)
    dF = delta * c * f * (1 - f)
    dG = delta * i * (1 - g**2)
    dO = grad_h * tanh_c * o * (1 - o)
    dZ = np.concatenate([dI, dF, dG, dO], axis=1)
    return dZ @ W_x, dZ @ W_h, delta * f, dZ.T @ x, dZ.T @ h, dZ.sum(axis=0)


def lstm(x: Any, h: Any, c: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    states = []
    for t in range(x.shape[1]):
        h, c = lstm_step(x[:, t], h, c, W_x, W_h, b)
        states.append(h)
    return np.stack(states, axis=1), c


def lstm_backward(grad_h: Any, grad_c: Any, x: Any, h: Any, c: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    before = [(h, c)]
    for t in range(x.shape[1]):
        before.append(lstm_step(x[:, t], *before[-1], W_x, W_h, b))
    dx, dh, dc = np.zeros_like(x), np.zeros_like(h), grad_c
    dW_x, dW_h, db = np.zeros_like(W_x), np.zeros_like(W_h), np.zeros_like(b)
    for t in reversed(range(x.shape[1])):
        found = lstm_step_backward(grad_h[:, t] + dh, dc, x[:, t], *before[t], W_x, W_h, b)
        dx[:, t], dh, dc = found[:3]
        dW_x += found[3]
        dW_h += found[4]
        db += found[5]
    return dx, dh, dc, dW_x, dW_h, db


def gru_gates(x: Any, h: Any, W_x: Any, W_h: Any, b_x: Any, b_h: Any) -> Any:
    R_x, Z_x, N_x = np.split(x @ W_x.T + b_x, 3, axis=1)
    R_h, Z_h, N_h = np.split(h @ W_h.T + b_h, 3, axis=1)
    r, z = sigmoid(R_x + R_h), sigmoid(Z_x + Z_h)
    return r, z, np.tanh(N_x + r * N_h), N_h


def gru_step(x: Any, h: Any, W_x: Any, W_h: Any, b_x: Any, b_h: Any) -> Any:
    _, z, g, _ = gru_gates(x, h, W_x, W_h, b_x, b_h)
    return (1 - z) * g + z * h


def gru_step_backward(grad: Any, x: Any, h: Any, W_x: Any, W_h: Any, b_x: Any, b_h: Any) -> Any:
    r, z, g, N_h = gru_gates(x, h, W_x, W_h, b_x, b_h)
    dN = grad * (1 - z) * (1 - g**2)
    dR = dN * N_h * r * (1 - r)
    dZ = grad * (h - g) * z * (1 - z)
    dX = np.concatenate([dR, dZ, dN], axis=1)
    dH = np.concatenate([dR, dZ, dN * r], axis=1)
    return dX @ W_x, dH @ W_h + grad * z, dX.T @ x, dH.T @ h, dX.sum(axis=0), dH.sum(axis=0)


def gru(x: Any, h: Any, W_x: Any, W_h: Any, b_x: Any, b_h: Any) -> Any:
    states = []
    for t in range(x.shape[1]):
        h = gru_step(x[:, t], h, W_x, W_h, b_x, b_h)
        states.append(h)
    return np.stack(states, axis=1)


def gru_backward(grad: Any, x: Any, h: Any, W_x: Any, W_h: Any, b_x: Any, b_h: Any) -> Any:
    before = [h, *gru(x, h, W_x, W_h, b_x, b_h).swapaxes(0, 1)]
    dx, dh = np.zeros_like(x), np.zeros_like(h)
    dW_x, dW_h, db_x, db_h = np.zeros_like(W_x), np.zeros_like(W_h), np.zeros_like(b_x), np.zeros_like(b_h)
    for t in reversed(range(x.shape[1])):
        found = gru_step_backward(grad[:, t] + dh, x[:, t], before[t], W_x, W_h, b_x, b_h)
        dx[:, t], dh = found[:2]
        dW_x += found[2]
        dW_h += found[3]
        db_x += found[4]
        db_h += found[5]
    return dx, dh, dW_x, dW_h, db_x, db_h
