"""The losses of torch.nn. Tensors of any float dtype and device; results carry no graph."""

import torch
from torch import Tensor
from torch.nn import functional

from reference.gradients import vjp


def mse(prediction: Tensor, target: Tensor) -> Tensor:
    """torch.nn.MSELoss."""
    return functional.mse_loss(prediction.detach(), target.detach())


def mse_backward(prediction: Tensor, target: Tensor) -> Tensor:
    """Autograd of `mse`, with respect to prediction."""
    (dx,) = vjp(lambda prediction: functional.mse_loss(prediction, target.detach()), [prediction])
    return dx


def log_likelihood(p: Tensor, t: Tensor) -> Tensor:
    """Σ t log(p), with 0 log 0 = 0 (torch.special.xlogy).

    torch.nn.NLLLoss would take class indices, not soft targets. Autograd of xlogy meets 0/0 where t = 0 and
    p = 0, so p is replaced where t = 0.
    """
    total: Tensor = torch.special.xlogy(t, torch.where(t == 0, 1, p)).sum()
    return total


def negative_log_likelihood(p: Tensor, t: Tensor) -> Tensor:
    """`log_likelihood`, negated, and the mean over the rows; a 1-D p is one row.

    Of no element it is nan, as torch.nn.CrossEntropyLoss is.
    """
    rows = (p.shape[0] if p.ndim > 1 else 1) if p.numel() else 0
    return -log_likelihood(p, t) / rows


def cross_entropy(p: Tensor, t: Tensor) -> Tensor:
    """`negative_log_likelihood` of probabilities."""
    return negative_log_likelihood(p.detach(), t.detach())


def cross_entropy_backward(p: Tensor, t: Tensor) -> Tensor:
    """Autograd of `cross_entropy`, with respect to p."""
    (dp,) = vjp(lambda p: negative_log_likelihood(p, t.detach()), [p])
    return dp


def softmax_cross_entropy(x: Tensor, t: Tensor) -> Tensor:
    """torch.nn.CrossEntropyLoss, with probabilities as targets."""
    return functional.cross_entropy(x.detach(), t.detach())


def softmax_cross_entropy_backward(x: Tensor, t: Tensor) -> Tensor:
    """Autograd of `softmax_cross_entropy`, with respect to x."""
    (dx,) = vjp(lambda x: functional.cross_entropy(x, t.detach()), [x])
    return dx
