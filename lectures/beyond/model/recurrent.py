"""A model answer: the recurrent network."""

from typing import Any

import numpy as np


def rnn_step(x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    return np.tanh(x @ W_x.T + h @ W_h.T + b)


def rnn_step_backward(grad: Any, x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    dZ = grad * (1 - rnn_step(x, h, W_x, W_h, b) ** 2)
    return dZ @ W_x, dZ @ W_h, dZ.T @ x, dZ.T @ h, dZ.sum(axis=0)


def rnn(x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    states = []
    for t in range(x.shape[1]):
        h = rnn_step(x[:, t], h, W_x, W_h, b)
        states.append(h)
    return np.stack(states, axis=1)


def rnn_backward(grad: Any, x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    states = [h, *rnn(x, h, W_x, W_h, b).swapaxes(0, 1)]
    dx, dh = np.zeros_like(x), np.zeros_like(h)
    dW_x, dW_h, db = np.zeros_like(W_x), np.zeros_like(W_h), np.zeros_like(b)
    for t in reversed(range(x.shape[1])):
        dZ = (grad[:, t] + dh) * (1 - states[t + 1] ** 2)
        dx[:, t] = dZ @ W_x
        dh = dZ @ W_h
        dW_x += dZ.T @ x[:, t]
        dW_h += dZ.T @ states[t]
        db += dZ.sum(axis=0)
    return dx, dh, dW_x, dW_h, db
