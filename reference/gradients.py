"""Gradients by autograd: the one way in which this package takes a derivative."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor


def leaf(x: Tensor) -> Tensor:
    """x as the start of a graph of its own; the values are shared."""
    return x.detach().requires_grad_()


def vjp(
    function: Callable[..., Tensor | Sequence[Tensor]],
    inputs: Sequence[Tensor],
    grad: Tensor | Sequence[Tensor] | None = None,
) -> tuple[Tensor, ...]:
    """∂L/∂input for each of the inputs, where grad is ∂L/∂function(*inputs), and 1 for a scalar loss.

    A function of several results has a grad for each.
    """
    with torch.enable_grad():
        leaves = [leaf(x) for x in inputs]
        return torch.autograd.grad(function(*leaves), leaves, grad)
