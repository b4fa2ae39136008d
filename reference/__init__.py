"""The lecture by torch: the same modules and names as the NumPy side, on torch.nn and torch.optim.

Every gradient is autograd's; no formula is derived again.
"""

from reference.activations import (
    leaky_relu,
    leaky_relu_backward,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    softmax,
    softmax_backward,
    tanh,
    tanh_backward,
)
from reference.linear import linear, linear_backward
from reference.losses import (
    cross_entropy,
    cross_entropy_backward,
    mse,
    mse_backward,
    softmax_cross_entropy,
    softmax_cross_entropy_backward,
)
from reference.network import backward, fit, forward, loss, step, train, update
from reference.sgd import momentum_step, sgd_step

__all__ = [
    "backward",
    "cross_entropy",
    "cross_entropy_backward",
    "fit",
    "forward",
    "leaky_relu",
    "leaky_relu_backward",
    "linear",
    "linear_backward",
    "loss",
    "momentum_step",
    "mse",
    "mse_backward",
    "relu",
    "relu_backward",
    "sgd_step",
    "sigmoid",
    "sigmoid_backward",
    "softmax",
    "softmax_backward",
    "softmax_cross_entropy",
    "softmax_cross_entropy_backward",
    "step",
    "tanh",
    "tanh_backward",
    "train",
    "update",
]
