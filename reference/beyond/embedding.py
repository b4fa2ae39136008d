"""Embedding of torch.nn. Tensors of any float dtype and device; results carry no graph."""

from torch import Tensor
from torch.nn import functional

from reference.gradients import vjp


def embedding(W: Tensor, indices: Tensor) -> Tensor:
    """torch.nn.Embedding."""
    return functional.embedding(indices, W.detach())


def embedding_backward(grad: Tensor, W: Tensor, indices: Tensor) -> Tensor:
    """Autograd of `embedding`."""
    (dW,) = vjp(lambda W: functional.embedding(indices, W), [W], grad)
    return dW
