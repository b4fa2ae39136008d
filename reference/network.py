"""A network of torch.nn modules: forward, loss, backward, update, step, fit and train by torch itself.

`parameters` is a list of (W, b), first layer to last, and `activations` has one name for each layer.
Velocities and gradients have the structure of the parameters. Tensors of any float dtype and device; results
carry no graph.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.optim import SGD

from reference.losses import negative_log_likelihood
from reference.sgd import momentum_step

Layers: TypeAlias = Sequence[tuple[Tensor, Tensor]]
LayerList: TypeAlias = list[tuple[Tensor, Tensor]]
Tensors: TypeAlias = Sequence[Tensor]
Names: TypeAlias = Sequence[str]
Batches: TypeAlias = Iterable[tuple[Tensor, Tensor]]

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "identity": nn.Identity,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "softmax": lambda: nn.Softmax(dim=-1),
}
LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "mse": nn.MSELoss(),
    "cross_entropy": negative_log_likelihood,
    "softmax_cross_entropy": nn.CrossEntropyLoss(),
}


class Layer(nn.Linear):
    """torch.nn.Linear that starts from a copy of the given W and b."""

    def __init__(self, W: Tensor, b: Tensor) -> None:
        super().__init__(W.shape[1], W.shape[0], device=W.device, dtype=W.dtype)
        with torch.no_grad():
            self.weight.copy_(W)
            self.bias.copy_(b)

    def reset_parameters(self) -> None:
        """Draw no random start: it would be overwritten, and would move torch's random state."""


def forward(A: Tensor, parameters: Layers, activations: Names) -> tuple[list[Tensor], list[Tensor]]:
    """Each layer's nn.Linear and activation in turn; returns (outputs, Zs), with A as the first output."""
    outputs, Zs = [A.detach()], []
    with torch.no_grad():
        for linear, activation in _modules(parameters, activations):
            Z = linear(outputs[-1])
            Zs.append(Z)
            outputs.append(activation(Z))
    return outputs, Zs


def loss(prediction: Tensor, T: Tensor, name: str) -> Tensor:
    """The named loss of the last output against the targets T."""
    return LOSSES[name](prediction.detach(), T.detach())


def backward(outputs: Tensors, Zs: Tensors, T: Tensor, parameters: Layers, activations: Names, loss: str) -> LayerList:
    """Autograd of the loss of the network at outputs[0], with respect to each W and b; returns [(dW, db)].

    The graph is built anew from outputs[0]; the other outputs and Zs, which `forward` returned, are not read.
    """
    network = _sequential(parameters, activations)
    with torch.enable_grad():
        value = LOSSES[loss](network(outputs[0].detach()), T.detach())
        gradients = iter(torch.autograd.grad(value, list(network.parameters())))
    return list(zip(gradients, gradients, strict=True))  # W, b, W, b, ... in pairs


def update(
    parameters: Layers, velocities: Layers, gradients: Layers, lr: float, mu: float
) -> tuple[LayerList, LayerList]:
    """`momentum_step` of each W and b; returns (parameters, velocities)."""
    moved, moving = [], []
    for (W, b), (v_w, v_b), (dW, db) in zip(parameters, velocities, gradients, strict=True):
        W, v_w = momentum_step(W, v_w, dW, lr, mu)
        b, v_b = momentum_step(b, v_b, db, lr, mu)
        moved.append((W, b))
        moving.append((v_w, v_b))
    return moved, moving


def step(
    A: Tensor, T: Tensor, parameters: Layers, velocities: Layers, activations: Names, loss: str, lr: float, mu: float
) -> tuple[LayerList, LayerList, Tensor]:
    """One step of learning; returns (parameters, velocities, the loss before the step)."""
    outputs, Zs = forward(A, parameters, activations)
    before = LOSSES[loss](outputs[-1], T.detach())
    gradients = backward(outputs, Zs, T, parameters, activations, loss)
    return *update(parameters, velocities, gradients, lr, mu), before


def fit(
    batches: Batches, parameters: Layers, activations: Names, loss: str, lr: float, mu: float
) -> tuple[LayerList, Tensor]:
    """The usual training loop, one step for each (A, T); returns (parameters, the loss before each step)."""
    network = _sequential(parameters, activations)
    optimizer = SGD(network.parameters(), lr=lr, momentum=mu)
    values = []
    with torch.enable_grad():
        for A, T in batches:
            optimizer.zero_grad()
            value = LOSSES[loss](network(A.detach()), T.detach())
            value.backward()  # type: ignore[no-untyped-call]  # torch has no types here
            optimizer.step()
            values.append(value.detach())
    trained = iter([parameter.detach() for parameter in network.parameters()])
    losses = torch.stack(values) if values else parameters[0][0].new_empty(0)
    return list(zip(trained, trained, strict=True)), losses


def train(
    A: Tensor, T: Tensor, W: Tensor, b: Tensor, lr: float, mu: float, steps: int
) -> tuple[Tensor, Tensor, Tensor]:
    """nn.Linear, nn.CrossEntropyLoss and optim.SGD on the whole batch each step; returns (W, b, losses)."""
    [(W, b)], losses = fit(repeat((A, T), steps), [(W, b)], ["identity"], "softmax_cross_entropy", lr, mu)
    return W, b, losses


def _modules(parameters: Layers, activations: Names) -> list[tuple[nn.Module, nn.Module]]:
    pairs = zip(parameters, activations, strict=True)
    return [(Layer(W, b), ACTIVATIONS[name]()) for (W, b), name in pairs]


def _sequential(parameters: Layers, activations: Names) -> nn.Sequential:
    return nn.Sequential(*(module for pair in _modules(parameters, activations) for module in pair))
