"""Where the networks of the course start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from lectures.training.digits import CLASSES
from lectures.training.reading import SIDE
from lectures.training.records import State

CHANNELS: Final = (4, 8)
WIDTH: Final = 16
HIDDEN: Final = 32


def _normal(rng: np.random.Generator, *shape: int) -> Any:
    """Normal weights of variance 2 / fan-in (He et al. 2015)."""
    return rng.standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:]))


def cnn(rng: np.random.Generator) -> tuple[Any, ...]:
    c, d = CHANNELS
    kernels = (_normal(rng, c, 1, 3, 3), np.zeros(c), _normal(rng, d, c, 3, 3), np.zeros(d))
    return (*kernels, _normal(rng, CLASSES, 4 * d), np.zeros(CLASSES))


def transformer(rng: np.random.Generator) -> tuple[Any, ...]:
    d, h = WIDTH, HIDDEN

    def weights(*shape: int) -> Any:
        """Normal weights of variance 1 / fan-in: no ReLU follows them."""
        return rng.standard_normal(shape) / np.sqrt(shape[-1])

    tokens = (weights(d, SIDE), 0.1 * rng.standard_normal((SIDE, d)))
    norm = (np.ones(d), np.zeros(d))
    attending = tuple(weights(d, d) for _ in range(4))
    layers = (weights(h, d), np.zeros(h), weights(d, h), np.zeros(d), weights(CLASSES, d), np.zeros(CLASSES))
    return (*tokens, *norm, *attending, *norm, *layers)


NETWORKS: Final[Mapping[str, Callable[[np.random.Generator], tuple[Any, ...]]]] = MappingProxyType(
    {"cnn": cnn, "transformer": transformer}
)


def start(network: str, dtype: str, seed: int) -> State:
    """The parameters before the first step: weights drawn from the seed, biases 0, gains 1."""
    return tuple(x.astype(dtype) for x in NETWORKS[network](np.random.default_rng(seed)))
