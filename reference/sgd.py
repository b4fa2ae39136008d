"""One step of torch.optim.SGD. Tensors of any float dtype and device; results carry no graph."""

from torch import Tensor
from torch.optim import SGD

from reference.gradients import leaf


def sgd_step(w: Tensor, grad: Tensor, lr: float) -> Tensor:
    """torch.optim.SGD(lr=lr)."""
    moved = leaf(w.clone())
    moved.grad = grad.detach()
    SGD([moved], lr=lr).step()
    return moved.detach()


def momentum_step(w: Tensor, v: Tensor, grad: Tensor, lr: float, mu: float) -> tuple[Tensor, Tensor]:
    """torch.optim.SGD(lr=lr, momentum=mu) whose momentum buffer is v; returns (w, v).

    At mu = 0 torch keeps no buffer; v is then the gradient, by which w has moved.
    """
    moved, velocity = leaf(w.clone()), v.detach().clone()
    moved.grad = grad.detach()
    optimizer = SGD([moved], lr=lr, momentum=mu)
    optimizer.state[moved]["momentum_buffer"] = velocity
    optimizer.step()
    return moved.detach(), velocity if mu else grad.detach().clone()
