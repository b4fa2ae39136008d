"""What the lecture's training runs and its worked example find: frozen records of numbers and names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradecheck import Verdict

Numbers = tuple[float, ...]
Pairs = list[tuple[Any, Any]]
"""A (W, b) a layer: parameters, velocities or gradients of a network."""


@dataclass(frozen=True)
class Network:
    """The activations, loss and learning rates of a network; manual/network.py has the names."""

    activations: tuple[str, ...]
    loss: str
    lr: float
    mu: float


@dataclass(frozen=True)
class Region:
    """What both trained networks decide on a grid over two features: the second class where a margin is positive.

    x, y: the grid's coordinates.  margins: a row for each y.  points, labels: the rows trained on.
    differ: how many of the grid's points the two sides decide differently.
    """

    x: Numbers
    y: Numbers
    margins: tuple[Numbers, ...]
    reference_margins: tuple[Numbers, ...]
    points: tuple[tuple[float, float], ...]
    labels: tuple[int, ...]
    differ: int


@dataclass(frozen=True)
class Misread:
    """A held-out digit that the implementation's network takes for another. pixels: 8 rows of grey in [0, 1]."""

    pixels: tuple[Numbers, ...]
    label: int
    implementation: int
    reference: int


@dataclass(frozen=True)
class Reading:
    """How both trained networks read the held-out digits.

    confusion: how often the implementation's network reads a digit (row) as each other (column).
    differ: rows that the two sides read differently.
    """

    confusion: tuple[tuple[int, ...], ...]
    misread: tuple[Misread, ...]
    differ: int


@dataclass(frozen=True)
class Trajectory:
    """One training run of an implementation held against the reference, step by step.

    losses, reference_losses: of the two free runs, the loss before each step.
    ratios: worst error / bound of each step in lock-step.
    drift: largest difference of a parameter between the two free runs, over the largest parameter, after each step.
    envelope: the same between runs of the implementation whose parameters are moved by a last bit at every step.
    differences: of each parameter (W and b, first layer to last), the largest difference after each step.
    """

    network: Network
    dtype: str
    seed: int
    losses: tuple[float, ...]
    reference_losses: tuple[float, ...]
    ratios: tuple[float, ...]
    verdict: Verdict
    drift: tuple[float, ...]
    envelope: tuple[float, ...]
    final: Pairs
    reference_final: Pairs
    differences: tuple[tuple[float, ...], ...] = ()
    region: Region | None = None

    @property
    def wrong_at(self) -> int | None:
        """The first step that is not within its bound."""
        return next((i for i, ratio in enumerate(self.ratios) if ratio > 1), None)

    @property
    def leaves_envelope_at(self) -> int | None:
        """The first step after which the free runs are further apart than rounding alone puts them."""
        return next((i for i, (d, e) in enumerate(zip(self.drift, self.envelope, strict=True)) if d > e), None)


@dataclass(frozen=True)
class Training:
    """A trajectory on real data, with the share of held-out rows that each side classifies rightly."""

    title: str
    epochs: int
    steps_an_epoch: int
    trajectory: Trajectory
    accuracy: float
    reference_accuracy: float
    reading: Reading


@dataclass(frozen=True)
class WorkedRow:
    """One row of the slides' table: what is printed, and what both sides compute. t log p is None where t = 0."""

    x: float
    t: float
    printed: tuple[float, float, float | None]
    p: float
    reference_p: float
    natural: tuple[float, float | None]
    base2: tuple[float, float | None]


@dataclass(frozen=True)
class WorkedExample:
    """The slides' cross entropy example. agrees: every printed digit is reproduced, with the log to base 2."""

    rows: tuple[WorkedRow, ...]
    loss_natural: float
    loss_base2: float
    reference_loss: float
    agrees: bool
