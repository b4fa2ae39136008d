"""The training loop of any network by any optimiser: forward, loss, backward, step.

A network's state is groups of arrays: first its parameters, then, group by group, what the optimiser keeps for each
of them. The loss is softmax cross entropy. ValueError for an unknown name, TypeError for anything but float32 or
float64 arrays of one dtype.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from manual import arguments
from manual.arguments import Array, Scalar
from manual.beyond import networks
from manual.beyond.optimisers import adam_step, adamw_step, nesterov_step, rmsprop_step
from manual.losses import softmax_cross_entropy_and_gradient
from manual.sgd import momentum_step, sgd_step

Group = list[Array]

MU, RHO, BETA1, BETA2, EPS, DECAY = 0.9, 0.99, 0.9, 0.999, 1e-8, 0.01


@dataclass(frozen=True)
class Optimiser:
    """kept: how many arrays it keeps a parameter, from 0.    step: (w, *kept, grad, t, lr) -> (w, *kept)."""

    kept: int
    step: Callable[..., tuple[Array, ...]]


OPTIMISERS: dict[str, Optimiser] = {
    "sgd": Optimiser(0, lambda w, grad, t, lr: (sgd_step(w, grad, lr),)),
    "momentum": Optimiser(1, lambda w, v, grad, t, lr: momentum_step(w, v, grad, lr, MU)),
    "nesterov": Optimiser(1, lambda w, v, grad, t, lr: nesterov_step(w, v, grad, lr, MU)),
    "rmsprop": Optimiser(1, lambda w, s, grad, t, lr: rmsprop_step(w, s, grad, lr, RHO, EPS)),
    "adam": Optimiser(2, lambda w, m, v, grad, t, lr: adam_step(w, m, v, grad, t, lr, BETA1, BETA2, EPS)),
    "adamw": Optimiser(2, lambda w, m, v, grad, t, lr: adamw_step(w, m, v, grad, t, lr, BETA1, BETA2, EPS, DECAY)),
}
NETWORKS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "cnn": (networks.cnn, networks.cnn_backward),
    "transformer": (networks.transformer, networks.transformer_backward),
}


def step(
    A: Array, T: Array, t: int, groups: Sequence[Group], network: str, optimiser: str, lr: float
) -> tuple[list[Group], Scalar]:
    """The t-th step, from 1: returns (groups, the loss before the step)."""
    forward, backward, how = _named("step", network, optimiser)
    t = arguments.count("step", "t", t, 1)
    if len(groups) != 1 + how.kept:
        raise ValueError(
            f"step: groups has length {len(groups)}, but should be {1 + how.kept}, the parameters and what "
            f"{optimiser} keeps"
        )
    scores, kept = forward(A, groups[0])
    value, grad = softmax_cross_entropy_and_gradient(scores, T)
    gradients = backward(grad, kept, groups[0])
    moved = [how.step(*arrays, grad, t, lr) for *arrays, grad in zip(*groups, gradients, strict=True)]
    return [list(group) for group in zip(*moved, strict=True)], value


def fit(
    batches: Iterable[tuple[Array, Array]], parameters: Group, network: str, optimiser: str, lr: float
) -> tuple[Group, Array]:
    """One `step` for each (A, T) of batches; returns (parameters, the loss before each step).

    All parameters lie in one vector, and so does what is kept: each optimiser works element by element, so that one
    step of the vector is that of every parameter, to the last bit.
    """
    forward, backward, how = _named("fit", network, optimiser)
    shapes = [x.shape for x in parameters]
    if not shapes:
        raise ValueError(f"fit: parameters is empty, but should have those of {network}")
    w = np.concatenate([x.ravel() for x in parameters])
    kept = [np.zeros_like(w) for _ in range(how.kept)]
    values = []
    for t, (A, T) in enumerate(batches, start=1):
        parts = _parts(w, shapes)
        scores, between = forward(A, parts)
        value, grad = softmax_cross_entropy_and_gradient(scores, T)
        values.append(value)
        gradients = np.concatenate([x.ravel() for x in backward(grad, between, parts)])
        w, *kept = how.step(w, *kept, gradients, t, lr)
    return _parts(w, shapes), np.array(values, dtype=w.dtype)


def _named(function: str, network: str, optimiser: str) -> tuple[Callable[..., Any], Callable[..., Any], Optimiser]:
    arguments.known(function, "network", network, NETWORKS)
    arguments.known(function, "optimiser", optimiser, OPTIMISERS)
    return *NETWORKS[network], OPTIMISERS[optimiser]


def _parts(w: Array, shapes: Sequence[tuple[int, ...]]) -> Group:
    """The vector's parts, one after the other, in these shapes."""
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    return [part.reshape(shape) for part, shape in zip(np.split(w, ends[:-1]), shapes, strict=True)]
