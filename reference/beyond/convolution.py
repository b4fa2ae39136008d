"""Convolution of torch.nn. Tensors of any float dtype and device; results carry no graph."""

from torch import Tensor
from torch.nn import functional

from reference.gradients import vjp


def conv2d(x: Tensor, w: Tensor, b: Tensor, stride: int, padding: int, dilation: int) -> Tensor:
    """torch.nn.Conv2d of one group."""
    return functional.conv2d(x.detach(), w.detach(), b.detach(), stride, padding, dilation)


def conv2d_backward(
    grad: Tensor, x: Tensor, w: Tensor, stride: int, padding: int, dilation: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Autograd of `conv2d`. The gradients depend on no bias: it is 0."""
    b = x.new_zeros(len(w))
    dx, dw, db = vjp(lambda x, w, b: functional.conv2d(x, w, b, stride, padding, dilation), [x, w, b], grad)
    return dx, dw, db


def im2col(x: Tensor, kernel: int, stride: int, padding: int, dilation: int) -> Tensor:
    """torch.nn.Unfold."""
    return functional.unfold(x.detach(), kernel, dilation, padding, stride)


def im2col_backward(grad: Tensor, x: Tensor, kernel: int, stride: int, padding: int, dilation: int) -> Tensor:
    """Autograd of `im2col`."""
    (dx,) = vjp(lambda x: functional.unfold(x, kernel, dilation, padding, stride), [x], grad)
    return dx
