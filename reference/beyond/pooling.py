"""Pooling of torch.nn. Tensors of any float dtype and device; results carry no graph."""

from torch import Tensor
from torch.nn import functional

from reference.gradients import vjp


def max_pool2d(x: Tensor, kernel: int, stride: int, padding: int) -> Tensor:
    """torch.nn.MaxPool2d."""
    return functional.max_pool2d(x.detach(), kernel, stride, padding)


def max_pool2d_backward(grad: Tensor, x: Tensor, kernel: int, stride: int, padding: int) -> Tensor:
    """Autograd of `max_pool2d`."""
    (dx,) = vjp(lambda x: functional.max_pool2d(x, kernel, stride, padding), [x], grad)
    return dx


def avg_pool2d(x: Tensor, kernel: int, stride: int, padding: int) -> Tensor:
    """torch.nn.AvgPool2d."""
    return functional.avg_pool2d(x.detach(), kernel, stride, padding)


def avg_pool2d_backward(grad: Tensor, x: Tensor, kernel: int, stride: int, padding: int) -> Tensor:
    """Autograd of `avg_pool2d`."""
    (dx,) = vjp(lambda x: functional.avg_pool2d(x, kernel, stride, padding), [x], grad)
    return dx
