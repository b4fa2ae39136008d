"""One step of torch.optim whose state is put in. Tensors of any float dtype and device; results carry no graph."""

import torch
from torch import Tensor
from torch.nn.utils import clip_grad_norm_
from torch.optim import SGD, Adam, AdamW, RMSprop

from reference.gradients import leaf


def _with_gradient(w: Tensor, grad: Tensor) -> Tensor:
    moved = leaf(w.clone())
    moved.grad = grad.detach()
    return moved


def weight_decay_step(w: Tensor, grad: Tensor, lr: float, decay: float) -> Tensor:
    """torch.optim.SGD(lr=lr, weight_decay=decay)."""
    moved = _with_gradient(w, grad)
    SGD([moved], lr=lr, weight_decay=decay).step()
    return moved.detach()


def nesterov_step(w: Tensor, v: Tensor, grad: Tensor, lr: float, mu: float) -> tuple[Tensor, Tensor]:
    """torch.optim.SGD(lr=lr, momentum=mu, nesterov=True) whose momentum buffer is v; returns (w, v).

    At mu = 0 torch has no such optimizer, but the plain one; v is then the gradient, by which w has moved.
    """
    moved, velocity = _with_gradient(w, grad), v.detach().clone()
    optimizer = SGD([moved], lr=lr, momentum=mu, nesterov=mu > 0)
    optimizer.state[moved]["momentum_buffer"] = velocity
    optimizer.step()
    return moved.detach(), velocity if mu else grad.detach().clone()


def rmsprop_step(w: Tensor, s: Tensor, grad: Tensor, lr: float, rho: float, eps: float) -> tuple[Tensor, Tensor]:
    """torch.optim.RMSprop(lr=lr, alpha=rho, eps=eps) whose mean of squares is s; returns (w, s)."""
    moved, squares = _with_gradient(w, grad), s.detach().clone()
    optimizer = RMSprop([moved], lr=lr, alpha=rho, eps=eps)
    optimizer.state[moved] = {"step": torch.tensor(0.0), "square_avg": squares}
    optimizer.step()
    return moved.detach(), squares


def adam_step(
    w: Tensor, m: Tensor, v: Tensor, grad: Tensor, t: int, lr: float, beta1: float, beta2: float, eps: float
) -> tuple[Tensor, Tensor, Tensor]:
    """torch.optim.Adam(lr=lr, betas=(beta1, beta2), eps=eps) after t - 1 steps; returns (w, m, v)."""
    moved = _with_gradient(w, grad)
    m, v = _step(Adam([moved], lr=lr, betas=(beta1, beta2), eps=eps), moved, m, v, t)
    return moved.detach(), m, v


def adamw_step(
    w: Tensor,
    m: Tensor,
    v: Tensor,
    grad: Tensor,
    t: int,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    decay: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """torch.optim.AdamW(lr, betas=(beta1, beta2), eps=eps, weight_decay=decay) after t - 1 steps; returns (w, m, v)."""
    moved = _with_gradient(w, grad)
    m, v = _step(AdamW([moved], lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=decay), moved, m, v, t)
    return moved.detach(), m, v


def _step(optimizer: Adam, moved: Tensor, m: Tensor, v: Tensor, t: int) -> tuple[Tensor, Tensor]:
    """The t-th step, from these averages; returns the new ones."""
    m, v = m.detach().clone(), v.detach().clone()
    optimizer.state[moved] = {"step": torch.tensor(t - 1.0), "exp_avg": m, "exp_avg_sq": v}
    optimizer.step()
    return m, v


def clip_by_norm(dW: Tensor, db: Tensor, most: float) -> tuple[Tensor, Tensor]:
    """torch.nn.utils.clip_grad_norm_ of both gradients at once; returns (dW, db)."""
    clipped = dW.detach().clone(), db.detach().clone()
    clip_grad_norm_([_with_gradient(x, x_clipped) for x, x_clipped in zip((dW, db), clipped, strict=True)], most)
    return clipped
