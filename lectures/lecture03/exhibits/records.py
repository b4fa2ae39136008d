"""What the lecture's runs on two features and its worked example find: frozen records of numbers and names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lectures.training.records import Numbers, Trajectory

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
class OnTwoFeatures:
    """A run on two features, and where both trained networks draw the line between the classes."""

    trajectory: Trajectory
    layers: int
    region: Region


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
