"""The lecture, hand-written in NumPy: what gradecheck verifies.

Lecture 03, "The Neural Network": one module a chapter. Each `*_backward` returns the gradient for an upstream
gradient, and stands under its formula.
"""

from manual.activations import (
    leaky_relu,
    leaky_relu_backward,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    softmax,
    softmax_backward,
    softmax_two_classes,
    tanh,
    tanh_backward,
    tanh_exponentials,
    tanh_sinh_cosh,
)
from manual.linear import linear, linear_backward
from manual.losses import (
    cross_entropy,
    cross_entropy_backward,
    cross_entropy_base2,
    loss_contributions,
    loss_contributions_base2,
    mse,
    mse_backward,
    softmax_cross_entropy,
    softmax_cross_entropy_backward,
)
from manual.network import backward, fit, forward, loss, step, train, update
from manual.sgd import momentum_step, sgd_step

__all__ = [
    "backward",
    "cross_entropy",
    "cross_entropy_backward",
    "cross_entropy_base2",
    "fit",
    "forward",
    "leaky_relu",
    "leaky_relu_backward",
    "linear",
    "linear_backward",
    "loss",
    "loss_contributions",
    "loss_contributions_base2",
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
    "softmax_two_classes",
    "step",
    "tanh",
    "tanh_backward",
    "tanh_exponentials",
    "tanh_sinh_cosh",
    "train",
    "update",
]
