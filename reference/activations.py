"""The activation functions of torch.nn. Tensors of any float dtype and device; results carry no graph."""

import torch
from torch import Tensor
from torch.nn import functional

from reference.gradients import vjp


def sigmoid(x: Tensor) -> Tensor:
    """torch.nn.Sigmoid."""
    return torch.sigmoid(x.detach())


def sigmoid_backward(grad: Tensor, x: Tensor) -> Tensor:
    """Autograd of `sigmoid`."""
    (dx,) = vjp(torch.sigmoid, [x], grad)
    return dx


def tanh(x: Tensor) -> Tensor:
    """torch.nn.Tanh."""
    return torch.tanh(x.detach())


def tanh_backward(grad: Tensor, x: Tensor) -> Tensor:
    """Autograd of `tanh`."""
    (dx,) = vjp(torch.tanh, [x], grad)
    return dx


def relu(x: Tensor) -> Tensor:
    """torch.nn.ReLU."""
    return functional.relu(x.detach())


def relu_backward(grad: Tensor, x: Tensor) -> Tensor:
    """Autograd of `relu`."""
    (dx,) = vjp(functional.relu, [x], grad)
    return dx


def leaky_relu(x: Tensor, alpha: float = 0.01) -> Tensor:
    """torch.nn.LeakyReLU(negative_slope=alpha)."""
    return functional.leaky_relu(x.detach(), alpha)


def leaky_relu_backward(grad: Tensor, x: Tensor, alpha: float = 0.01) -> Tensor:
    """Autograd of `leaky_relu`."""
    (dx,) = vjp(lambda x: functional.leaky_relu(x, alpha), [x], grad)
    return dx


def softmax(x: Tensor) -> Tensor:
    """torch.nn.Softmax(dim=-1)."""
    return torch.softmax(x.detach(), dim=-1)


def softmax_backward(grad: Tensor, x: Tensor) -> Tensor:
    """Autograd of `softmax`."""
    (dx,) = vjp(lambda x: torch.softmax(x, dim=-1), [x], grad)
    return dx
