"""The recurrent network of torch.nn. Tensors of any float dtype and device; results carry no graph.

torch has two biases and adds them up: b is the first, and the second is 0.
"""

import torch
from torch import Tensor

from reference.gradients import vjp


def rnn_step(x: Tensor, h: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> Tensor:
    """torch.nn.RNNCell."""
    with torch.no_grad():
        return _step(x, h, W_x, W_h, b)


def rnn_step_backward(grad: Tensor, x: Tensor, h: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> tuple[Tensor, ...]:
    """Autograd of `rnn_step`."""
    return vjp(_step, [x, h, W_x, W_h, b], grad)


def rnn(x: Tensor, h: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> Tensor:
    """torch.nn.RNN with batch_first."""
    with torch.no_grad():
        return _sequence(x, h, W_x, W_h, b)


def rnn_backward(grad: Tensor, x: Tensor, h: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> tuple[Tensor, ...]:
    """Autograd of `rnn`."""
    return vjp(_sequence, [x, h, W_x, W_h, b], grad)


def _step(x: Tensor, h: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> Tensor:
    return torch.rnn_tanh_cell(x, h, W_x, W_h, b, torch.zeros_like(b))


def _sequence(x: Tensor, h: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> Tensor:
    weights = [W_x, W_h, b, torch.zeros_like(b)]
    states, _ = torch.rnn_tanh(
        x,
        h[None],
        weights,
        has_biases=True,
        num_layers=1,
        dropout=0.0,
        train=True,
        bidirectional=False,
        batch_first=True,
    )
    return states
