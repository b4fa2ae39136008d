"""Dropout as torch computes it once its mask is drawn. Tensors of any float dtype and device; results have no graph."""

from torch import Tensor

from reference.gradients import vjp


def dropout(x: Tensor, mask: Tensor, p: float) -> Tensor:
    """torch.nn.functional.dropout(x, p) where torch draws that mask."""
    return _dropped(x.detach(), mask, p)


def dropout_backward(grad: Tensor, mask: Tensor, p: float) -> Tensor:
    """Autograd of `dropout`, whose gradient is the same at every x."""
    (dx,) = vjp(lambda x: _dropped(x, mask, p), [grad], grad)
    return dx


def _dropped(x: Tensor, mask: Tensor, p: float) -> Tensor:
    return x * (mask.to(x.dtype) / (1 - p))
