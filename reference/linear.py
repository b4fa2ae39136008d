"""torch.nn.Linear. Tensors of any float dtype and device; results carry no graph."""

from torch import Tensor
from torch.nn import functional

from reference.gradients import vjp


def linear(A: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """torch.nn.Linear with weight W (out, in) and bias b (out,), of A (n, in)."""
    return functional.linear(A.detach(), W.detach(), b.detach())


def linear_backward(grad: Tensor, A: Tensor, W: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Autograd of `linear`, with respect to A, W and b; no derivative depends on b, so it is 0."""
    dA, dW, db = vjp(functional.linear, [A, W, W.new_zeros(W.shape[0])], grad)
    return dA, dW, db
