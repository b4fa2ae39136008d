"""The lecture by other conventions, by torch. Tensors of any float dtype and device; results carry no graph."""

from torch import Tensor
from torch.nn import functional

from reference.gradients import vjp
from reference.linear import linear_backward
from reference.losses import log_likelihood
from reference.sgd import momentum_step


def half(prediction: Tensor, target: Tensor) -> Tensor:
    """Half of torch.nn.MSELoss."""
    return functional.mse_loss(prediction, target) / 2


def mse_half(prediction: Tensor, target: Tensor) -> Tensor:
    """Half of torch.nn.MSELoss."""
    return half(prediction.detach(), target.detach())


def mse_half_backward(prediction: Tensor, target: Tensor) -> Tensor:
    """Autograd of `mse_half`, with respect to prediction."""
    (dx,) = vjp(lambda prediction: half(prediction, target.detach()), [prediction])
    return dx


def mse_sum(prediction: Tensor, target: Tensor) -> Tensor:
    """torch.nn.MSELoss(reduction="sum")."""
    return functional.mse_loss(prediction.detach(), target.detach(), reduction="sum")


def mse_sum_backward(prediction: Tensor, target: Tensor) -> Tensor:
    """Autograd of `mse_sum`, with respect to prediction."""
    (dx,) = vjp(lambda prediction: functional.mse_loss(prediction, target.detach(), reduction="sum"), [prediction])
    return dx


def cross_entropy_sum(p: Tensor, t: Tensor) -> Tensor:
    """`log_likelihood` of probabilities, negated."""
    return -log_likelihood(p.detach(), t.detach())


def cross_entropy_sum_backward(p: Tensor, t: Tensor) -> Tensor:
    """Autograd of `cross_entropy_sum`, with respect to p."""
    (dp,) = vjp(lambda p: -log_likelihood(p, t.detach()), [p])
    return dp


def softmax_cross_entropy_sum(x: Tensor, t: Tensor) -> Tensor:
    """torch.nn.CrossEntropyLoss(reduction="sum"), with probabilities as targets."""
    return functional.cross_entropy(x.detach(), t.detach(), reduction="sum")


def softmax_cross_entropy_sum_backward(x: Tensor, t: Tensor) -> Tensor:
    """Autograd of `softmax_cross_entropy_sum`, with respect to x."""
    (dx,) = vjp(lambda x: functional.cross_entropy(x, t.detach(), reduction="sum"), [x])
    return dx


def linear_backward_mean(grad: Tensor, A: Tensor, W: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Autograd of torch.nn.Linear, that of W and b over the number of rows."""
    dA, dW, db = linear_backward(grad, A, W)
    n = A.shape[0]
    return dA, dW / n, db / n


def momentum_step_downhill(w: Tensor, v: Tensor, grad: Tensor, lr: float, mu: float) -> tuple[Tensor, Tensor]:
    """torch.optim.SGD(lr=1, momentum=mu) of λ times the gradient: its momentum buffer is -v; returns (w, v)."""
    moved, buffer = momentum_step(w, -v, lr * grad, 1.0, mu)
    return moved, -buffer
