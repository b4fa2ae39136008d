"""Activation functions of torch.nn. Tensors of any float dtype and device; results carry no graph."""

import torch
from torch import Tensor
from torch.nn import functional

from reference.gradients import vjp


def silu(x: Tensor) -> Tensor:
    """torch.nn.SiLU."""
    return functional.silu(x.detach())


def silu_backward(grad: Tensor, x: Tensor) -> Tensor:
    """Autograd of `silu`."""
    (dx,) = vjp(functional.silu, [x], grad)
    return dx


def gelu(x: Tensor) -> Tensor:
    """torch.nn.GELU."""
    return functional.gelu(x.detach())


def gelu_backward(grad: Tensor, x: Tensor) -> Tensor:
    """Autograd of `gelu`."""
    (dx,) = vjp(functional.gelu, [x], grad)
    return dx


def gelu_tanh(x: Tensor) -> Tensor:
    """torch.nn.GELU(approximate="tanh")."""
    return _by_tanh(x.detach())


def gelu_tanh_backward(grad: Tensor, x: Tensor) -> Tensor:
    """Autograd of `gelu_tanh`."""
    (dx,) = vjp(_by_tanh, [x], grad)
    return dx


def _by_tanh(x: Tensor) -> Tensor:
    return functional.gelu(x, approximate="tanh")


def softplus(x: Tensor) -> Tensor:
    """torch.logaddexp(x, 0): torch.nn.Softplus without its threshold."""
    return _log_of_sum(x.detach())


def softplus_backward(grad: Tensor, x: Tensor) -> Tensor:
    """Autograd of `softplus`."""
    (dx,) = vjp(_log_of_sum, [x], grad)
    return dx


def _log_of_sum(x: Tensor) -> Tensor:
    return torch.logaddexp(x, torch.zeros_like(x))


def elu(x: Tensor, alpha: float = 1.0) -> Tensor:
    """torch.nn.ELU(alpha)."""
    return functional.elu(x.detach(), alpha)


def elu_backward(grad: Tensor, x: Tensor, alpha: float = 1.0) -> Tensor:
    """Autograd of `elu`."""
    (dx,) = vjp(lambda x: functional.elu(x, alpha), [x], grad)
    return dx
