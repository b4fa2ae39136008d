"""Normalisation by torch.nn.functional. Tensors of any float dtype and device; results carry no graph."""

import torch
from torch import Tensor
from torch.nn import functional

from reference.gradients import vjp


def _layer_norm(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Tensor:
    return functional.layer_norm(x, x.shape[-1:], gamma, beta, eps)


def layer_norm(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Tensor:
    """torch.nn.LayerNorm of the last axis."""
    return _layer_norm(x.detach(), gamma.detach(), beta.detach(), eps)


def layer_norm_backward(
    grad: Tensor, x: Tensor, gamma: Tensor, beta: Tensor, eps: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Autograd of `layer_norm` by x, gamma and beta."""
    dx, dgamma, dbeta = vjp(lambda x, gamma, beta: _layer_norm(x, gamma, beta, eps), [x, gamma, beta], grad)
    return dx, dgamma, dbeta


def _rms_norm(x: Tensor, gamma: Tensor, eps: float) -> Tensor:
    return functional.rms_norm(x, x.shape[-1:], gamma, eps)


def rms_norm(x: Tensor, gamma: Tensor, eps: float) -> Tensor:
    """torch.nn.RMSNorm of the last axis."""
    return _rms_norm(x.detach(), gamma.detach(), eps)


def rms_norm_backward(grad: Tensor, x: Tensor, gamma: Tensor, eps: float) -> tuple[Tensor, Tensor]:
    """Autograd of `rms_norm` by x and gamma."""
    dx, dgamma = vjp(lambda x, gamma: _rms_norm(x, gamma, eps), [x, gamma], grad)
    return dx, dgamma


def _batch_norm(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Tensor:
    """What torch.nn.BatchNorm1d calls in training, without its check for a batch of 1."""
    return torch.batch_norm(x, gamma, beta, None, None, True, 0.1, eps, False)


def batch_norm(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Tensor:
    """torch.nn.BatchNorm1d in training."""
    return _batch_norm(x.detach(), gamma.detach(), beta.detach(), eps)


def batch_norm_backward(
    grad: Tensor, x: Tensor, gamma: Tensor, beta: Tensor, eps: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Autograd of `batch_norm` by x, gamma and beta."""
    dx, dgamma, dbeta = vjp(lambda x, gamma, beta: _batch_norm(x, gamma, beta, eps), [x, gamma, beta], grad)
    return dx, dgamma, dbeta


def batch_norm_running(x: Tensor, mean: Tensor, variance: Tensor, momentum: float) -> tuple[Tensor, Tensor]:
    """The running statistics of torch.nn.BatchNorm1d(momentum=momentum) after a batch in training."""
    mean, variance = mean.detach().clone(), variance.detach().clone()
    functional.batch_norm(x.detach(), mean, variance, training=True, momentum=momentum)
    return mean, variance


def _batch_norm_evaluated(x: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, variance: Tensor, eps: float) -> Tensor:
    return functional.batch_norm(x, mean, variance, gamma, beta, training=False, eps=eps)


def batch_norm_evaluated(x: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, variance: Tensor, eps: float) -> Tensor:
    """torch.nn.BatchNorm1d in evaluation."""
    return _batch_norm_evaluated(x.detach(), gamma.detach(), beta.detach(), mean, variance, eps)


def batch_norm_evaluated_backward(
    grad: Tensor, x: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, variance: Tensor, eps: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Autograd of `batch_norm_evaluated` by x, gamma and beta."""

    def evaluated(x: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
        return _batch_norm_evaluated(x, gamma, beta, mean, variance, eps)

    dx, dgamma, dbeta = vjp(evaluated, [x, gamma, beta], grad)
    return dx, dgamma, dbeta
