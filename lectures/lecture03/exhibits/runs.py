"""The training runs of the report: the slides' rates on two features, and the real digits."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import numpy as np

from gradecheck.verifying.implementation import Implementation
from lectures.lecture03.exhibits.decisions import outputs, region, sides
from lectures.lecture03.exhibits.records import Network, OnTwoFeatures, Pairs
from lectures.lecture03.exhibits.sides import follow, in_pairs, network_sides, perceptron_sides
from lectures.training import digits
from lectures.training.reading import reading
from lectures.training.records import Training, Trajectory

Rates = tuple[float, float]
LOSS: Final = "softmax_cross_entropy"
STEP: Final = ("linear", "linear_backward", LOSS, f"{LOSS}_backward", "momentum_step")


def two_moons(dtype: str, seed: int, rows: int = 64) -> tuple[Any, Any]:
    """Two interleaved half circles with a little noise: two features, two classes."""
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, np.pi, rows)
    label = np.arange(rows) % 2
    x = np.where(label == 0, np.cos(angle), 1 - np.cos(angle)) + 0.1 * rng.standard_normal(rows)
    y = np.where(label == 0, np.sin(angle), 0.5 - np.sin(angle)) + 0.1 * rng.standard_normal(rows)
    return np.stack([x, y], axis=1).astype(dtype), np.eye(2, dtype=dtype)[label]


def start(widths: tuple[int, ...], dtype: str, seed: int = 0) -> Pairs:
    """Initial (W, b) a layer: normal weights of variance 2 / in (He et al. 2015), biases 0."""
    rng = np.random.default_rng(seed)
    return [
        ((rng.standard_normal((out, n)) * np.sqrt(2 / n)).astype(dtype), np.zeros(out, dtype))
        for n, out in pairwise(widths)
    ]


def needs(*activations: str) -> tuple[str, ...]:
    """The functions that a network with these activations is trained by."""
    return (*STEP, *(name for a in activations for name in (a, f"{a}_backward")))


def moons(
    implementation: Implementation, dtype: str, rates: Rates, steps: int, seed: int, device: str = "cpu"
) -> OnTwoFeatures:
    """A small network on two features, and where it draws the line between the classes."""
    batch = two_moons(dtype, seed)
    network = Network(("tanh", "identity"), LOSS, *rates)
    run = follow(network_sides(implementation, device), network, start((2, 8, 2), dtype, seed), [batch] * steps, seed)
    finals = (in_pairs(run.final), in_pairs(run.reference_final))
    found = region(sides(implementation, device), finals, network.activations, batch)
    return OnTwoFeatures(run, len(network.activations), found)


def real_network(
    implementation: Implementation, data: digits.Digits, rates: Rates, epochs: int, seed: int, device: str = "cpu"
) -> Training:
    """The network 64-64-10 on the digits, in batches."""
    dtype = str(data.A.dtype)
    batches = digits.epochs(data, epochs, seed)
    network = Network(("relu", "identity"), LOSS, *rates)
    run = follow(network_sides(implementation, device), network, start((64, 64, 10), dtype, seed), batches, seed)
    steps = len(batches) // epochs
    return _training("digits, 64-64-10, ReLU", run, network, data, epochs, steps, implementation, device)


def real_perceptron(
    implementation: Implementation,
    data: digits.Digits,
    rates: Rates,
    steps: int,
    stretches: int,
    seed: int,
    device: str = "cpu",
) -> Training:
    """The single layer perceptron on all digits at once, by `train`, so many steps a call."""
    network = Network(("identity",), LOSS, *rates)
    perceptron = perceptron_sides(implementation, steps, device)
    first = start((64, 10), str(data.A.dtype), seed)
    run = follow(perceptron, network, first, [(data.A, data.T)] * stretches, seed)
    title = "digits, single layer perceptron, train"
    return _training(title, run, network, data, stretches, 1, implementation, device)


def _training(
    title: str,
    run: Trajectory,
    network: Network,
    data: digits.Digits,
    epochs: int,
    steps: int,
    implementation: Implementation,
    device: str,
) -> Training:
    ours, theirs = (
        outputs(call, in_pairs(final), network.activations, data.held_out_rows)
        for call, final in zip(sides(implementation, device), (run.final, run.reference_final), strict=True)
    )
    return Training(title, epochs, steps, run, reading(ours, theirs, data))
