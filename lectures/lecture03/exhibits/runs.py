"""The training runs of the report: the slides' rates on two features, and the real digits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from gradecheck.verifying.implementation import Implementation
from lectures.lecture03.exhibits import digits
from lectures.lecture03.exhibits.decisions import reading, region, sides
from lectures.lecture03.exhibits.records import Network, Training, Trajectory
from lectures.lecture03.exhibits.trajectory import follow, network_sides, perceptron_sides

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


def needs(*activations: str) -> tuple[str, ...]:
    """The functions that a network with these activations is trained by."""
    return (*STEP, *(name for a in activations for name in (a, f"{a}_backward")))


def moons(
    implementation: Implementation, dtype: str, rates: Rates, steps: int, seed: int, device: str = "cpu"
) -> Trajectory:
    """A small network on two features, and where it draws the line between the classes."""
    batch = two_moons(dtype, seed)
    network = Network(("tanh", "identity"), LOSS, *rates)
    run = follow(
        network_sides(implementation, device), network, digits.start((2, 8, 2), dtype, seed), [batch] * steps, seed
    )
    finals = (run.final, run.reference_final)
    return replace(run, region=region(sides(implementation, device), finals, network.activations, batch))


def real_network(
    implementation: Implementation, data: digits.Digits, rates: Rates, epochs: int, seed: int, device: str = "cpu"
) -> Training:
    """The network 64-64-10 on the digits, in batches."""
    dtype = str(data.A.dtype)
    batches = digits.epochs(data, epochs, seed)
    network = Network(("relu", "identity"), LOSS, *rates)
    start = digits.start((64, 64, 10), dtype, seed)
    run = follow(network_sides(implementation, device), network, start, batches, seed)
    return _training("digits, 64-64-10, ReLU", run, data, epochs, len(batches) // epochs, implementation, device)


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
    start = digits.start((64, 10), str(data.A.dtype), seed)
    perceptron = perceptron_sides(implementation, steps, device)
    run = follow(perceptron, network, start, [(data.A, data.T)] * stretches, seed)
    return _training("digits, single layer perceptron, train", run, data, stretches, 1, implementation, device)


def _training(
    title: str,
    run: Trajectory,
    data: digits.Digits,
    epochs: int,
    steps: int,
    implementation: Implementation,
    device: str,
) -> Training:
    both, finals = sides(implementation, device), (run.final, run.reference_final)
    read, ours, theirs = reading(both, finals, run.network.activations, data)
    return Training(title, epochs, steps, run, ours, theirs, read)
