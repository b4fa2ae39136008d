"""LSTM and GRU of torch.nn. Tensors of any float dtype and device; results carry no graph.

torch has two biases for the LSTM and adds them up: b is the first, and the second is 0.
"""

import torch
from torch import Tensor

from reference.gradients import vjp


def lstm_step(x: Tensor, h: Tensor, c: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> tuple[Tensor, ...]:
    """torch.nn.LSTMCell."""
    with torch.no_grad():
        return _lstm_step(x, h, c, W_x, W_h, b)


def lstm_step_backward(
    grad_h: Tensor, grad_c: Tensor, x: Tensor, h: Tensor, c: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor
) -> tuple[Tensor, ...]:
    """Autograd of `lstm_step`."""
    return vjp(_lstm_step, [x, h, c, W_x, W_h, b], [grad_h, grad_c])


def lstm(x: Tensor, h: Tensor, c: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> tuple[Tensor, ...]:
    """torch.nn.LSTM with batch_first; the last c alone."""
    with torch.no_grad():
        return _lstm(x, h, c, W_x, W_h, b)


def lstm_backward(
    grad_h: Tensor, grad_c: Tensor, x: Tensor, h: Tensor, c: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor
) -> tuple[Tensor, ...]:
    """Autograd of `lstm`."""
    return vjp(_lstm, [x, h, c, W_x, W_h, b], [grad_h, grad_c])


def gru_step(x: Tensor, h: Tensor, W_x: Tensor, W_h: Tensor, b_x: Tensor, b_h: Tensor) -> Tensor:
    """torch.nn.GRUCell."""
    with torch.no_grad():
        return torch.gru_cell(x, h, W_x, W_h, b_x, b_h)


def gru_step_backward(
    grad: Tensor, x: Tensor, h: Tensor, W_x: Tensor, W_h: Tensor, b_x: Tensor, b_h: Tensor
) -> tuple[Tensor, ...]:
    """Autograd of `gru_step`."""
    return vjp(torch.gru_cell, [x, h, W_x, W_h, b_x, b_h], grad)


def gru(x: Tensor, h: Tensor, W_x: Tensor, W_h: Tensor, b_x: Tensor, b_h: Tensor) -> Tensor:
    """torch.nn.GRU with batch_first."""
    with torch.no_grad():
        return _gru(x, h, W_x, W_h, b_x, b_h)


def gru_backward(
    grad: Tensor, x: Tensor, h: Tensor, W_x: Tensor, W_h: Tensor, b_x: Tensor, b_h: Tensor
) -> tuple[Tensor, ...]:
    """Autograd of `gru`."""
    return vjp(_gru, [x, h, W_x, W_h, b_x, b_h], grad)


def _lstm_step(x: Tensor, h: Tensor, c: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> tuple[Tensor, ...]:
    return torch.lstm_cell(x, (h, c), W_x, W_h, b, torch.zeros_like(b))


def _lstm(x: Tensor, h: Tensor, c: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> tuple[Tensor, ...]:
    weights = [W_x, W_h, b, torch.zeros_like(b)]
    states, _, last = torch.lstm(
        x,
        (h[None], c[None]),
        weights,
        has_biases=True,
        num_layers=1,
        dropout=0.0,
        train=True,
        bidirectional=False,
        batch_first=True,
    )
    return states, last[0]


def _gru(x: Tensor, h: Tensor, W_x: Tensor, W_h: Tensor, b_x: Tensor, b_h: Tensor) -> Tensor:
    states, _ = torch.gru(
        x,
        h[None],
        [W_x, W_h, b_x, b_h],
        has_biases=True,
        num_layers=1,
        dropout=0.0,
        train=True,
        bidirectional=False,
        batch_first=True,
    )
    return states
