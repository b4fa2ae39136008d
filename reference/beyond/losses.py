"""The losses of torch.nn. Tensors of any float dtype and device; results carry no graph."""

from torch import Tensor
from torch.nn import functional

from reference.gradients import vjp


def bce_with_logits(x: Tensor, t: Tensor) -> Tensor:
    """torch.nn.BCEWithLogitsLoss."""
    return functional.binary_cross_entropy_with_logits(x.detach(), t.detach())


def bce_with_logits_backward(x: Tensor, t: Tensor) -> Tensor:
    """Autograd of `bce_with_logits`, with respect to x."""
    (dx,) = vjp(lambda x: functional.binary_cross_entropy_with_logits(x, t.detach()), [x])
    return dx


def huber(prediction: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    """torch.nn.HuberLoss(delta=delta)."""
    return functional.huber_loss(prediction.detach(), target.detach(), delta=delta)


def huber_backward(prediction: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    """Autograd of `huber`, with respect to prediction."""
    (dx,) = vjp(lambda prediction: functional.huber_loss(prediction, target.detach(), delta=delta), [prediction])
    return dx


def kl_div(log_p: Tensor, t: Tensor) -> Tensor:
    """torch.nn.KLDivLoss(reduction="batchmean")."""
    return functional.kl_div(log_p.detach(), t.detach(), reduction="batchmean")


def kl_div_backward(log_p: Tensor, t: Tensor) -> Tensor:
    """Autograd of `kl_div`, with respect to log_p."""
    (dx,) = vjp(lambda log_p: functional.kl_div(log_p, t.detach(), reduction="batchmean"), [log_p])
    return dx
