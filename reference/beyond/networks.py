"""The networks of the course by torch, and a step of their training by autograd and torch.optim.

Tensors of any float dtype and device; results carry no graph.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.optim import SGD, Adam, AdamW, Optimizer, RMSprop

from reference.gradients import leaf

SIDE = 8
HEADS = 2

Group = list[Tensor]

OPTIMISERS: dict[str, tuple[Callable[[list[Tensor], float], Optimizer], tuple[str, ...]]] = {
    "sgd": (lambda w, lr: SGD(w, lr=lr), ()),
    "momentum": (lambda w, lr: SGD(w, lr=lr, momentum=0.9), ("momentum_buffer",)),
    "nesterov": (lambda w, lr: SGD(w, lr=lr, momentum=0.9, nesterov=True), ("momentum_buffer",)),
    "rmsprop": (lambda w, lr: RMSprop(w, lr=lr), ("square_avg",)),
    "adam": (lambda w, lr: Adam(w, lr=lr), ("exp_avg", "exp_avg_sq")),
    "adamw": (lambda w, lr: AdamW(w, lr=lr), ("exp_avg", "exp_avg_sq")),
}
"""Each with its names of what it keeps."""


def cnn(A: Tensor, parameters: Sequence[Tensor]) -> Tensor:
    """torch.nn.Conv2d, ReLU and MaxPool2d, twice, then torch.nn.Linear: the scores."""
    K1, c1, K2, c2, W, b = parameters
    x = A.reshape(-1, 1, SIDE, SIDE)
    x = functional.max_pool2d(functional.relu(functional.conv2d(x, K1, c1, padding=1)), 2)
    x = functional.max_pool2d(functional.relu(functional.conv2d(x, K2, c2, padding=1)), 2)
    return functional.linear(x.flatten(1), W, b)


def transformer(A: Tensor, parameters: Sequence[Tensor]) -> Tensor:
    """torch.nn.TransformerEncoderLayer with norm_first and without biases in the attention, over rows of an image."""
    E, P, g1, b1, W_q, W_k, W_v, W_o, g2, b2, U, u, V, v, W, b = parameters
    X = functional.linear(A.reshape(-1, SIDE, SIDE), E) + P
    d = X.shape[-1]
    N = functional.layer_norm(X, (d,), g1, b1)
    split = (-1, SIDE, HEADS, d // HEADS)
    Q, K, value = (functional.linear(N, w).reshape(split).transpose(1, 2) for w in (W_q, W_k, W_v))
    heads = functional.scaled_dot_product_attention(Q, K, value).transpose(1, 2).flatten(2)
    Y = X + functional.linear(heads, W_o)
    H = functional.linear(functional.layer_norm(Y, (d,), g2, b2), U, u)
    Z = Y + functional.linear(functional.gelu(H, approximate="tanh"), V, v)
    return functional.linear(Z.mean(dim=1), W, b)


NETWORKS: dict[str, Callable[[Tensor, Sequence[Tensor]], Tensor]] = {"cnn": cnn, "transformer": transformer}


def step(
    A: Tensor, T: Tensor, t: int, groups: Sequence[Group], network: str, optimiser: str, lr: float
) -> tuple[list[Group], Tensor]:
    """The t-th step from that state: returns (groups, the loss before the step)."""
    make, names = OPTIMISERS[optimiser]
    leaves = [leaf(x.clone()) for x in groups[0]]
    with torch.enable_grad():
        value = functional.cross_entropy(NETWORKS[network](A.detach(), leaves), T.detach())
        gradients = torch.autograd.grad(value, leaves)
    stepping = make(leaves, lr)
    for x, gradient, *kept in zip(leaves, gradients, *groups[1:], strict=True):
        x.grad = gradient
        state: dict[str, Any] = {name: k.detach().clone() for name, k in zip(names, kept, strict=True)}
        stepping.state[x] = {"step": torch.tensor(float(t - 1)), **state}
    stepping.step()
    kept_now = [[stepping.state[x][name] for x in leaves] for name in names]
    return [[x.detach() for x in leaves], *kept_now], value.detach()


def fit(
    batches: Sequence[tuple[Tensor, Tensor]], parameters: Group, network: str, optimiser: str, lr: float
) -> tuple[Group, Tensor]:
    """The usual training loop, one step for each (A, T); returns (parameters, the loss before each step)."""
    make, _ = OPTIMISERS[optimiser]
    leaves = [leaf(x.clone()) for x in parameters]
    stepping = make(leaves, lr)
    values = []
    with torch.enable_grad():
        for A, T in batches:
            stepping.zero_grad()
            value = functional.cross_entropy(NETWORKS[network](A, leaves), T)
            value.backward()  # type: ignore[no-untyped-call]  # torch has no types here
            stepping.step()
            values.append(value.detach())
    return [x.detach() for x in leaves], torch.stack(values)
