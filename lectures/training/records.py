"""What a training run finds: frozen records of numbers and names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from gradecheck import Verdict

Array = NDArray[Any]
Numbers = tuple[float, ...]
State = tuple[Any, ...]
"""The arrays that a step takes and gives back: first the parameters, then what the optimiser keeps."""


@dataclass(frozen=True)
class Trajectory:
    """One training run of an implementation held against the reference, step by step.

    settings: how the steps are taken, by name, such as lr.
    losses, reference_losses: of the two free runs, the loss before each step.
    ratios: worst error / bound of each step in lock-step.
    drift: largest difference of a parameter between the two free runs, over the largest parameter, after each step.
    envelope: the same between runs of the implementation whose parameters are moved by a last bit at every step.
    final, reference_final: the parameters of the free runs after the last step.
    differences: of each array of parameters, the largest difference after each step.
    """

    settings: Mapping[str, float | str]
    dtype: str
    seed: int
    losses: Numbers
    reference_losses: Numbers
    ratios: Numbers
    verdict: Verdict
    drift: Numbers
    envelope: Numbers
    final: State
    reference_final: State
    differences: tuple[Numbers, ...] = ()

    @property
    def wrong_at(self) -> int | None:
        """The first step that is not within its bound."""
        return next((i for i, ratio in enumerate(self.ratios) if ratio > 1), None)

    @property
    def leaves_envelope_at(self) -> int | None:
        """The first step after which the free runs are further apart than rounding alone puts them."""
        return next((i for i, (d, e) in enumerate(zip(self.drift, self.envelope, strict=True)) if d > e), None)


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
    accuracy, reference_accuracy: the share of rows that each side classifies rightly.
    """

    confusion: tuple[tuple[int, ...], ...]
    misread: tuple[Misread, ...]
    differ: int
    accuracy: float
    reference_accuracy: float


@dataclass(frozen=True)
class Training:
    """A trajectory on real data, and how both networks read its held-out rows."""

    title: str
    epochs: int
    steps_an_epoch: int
    trajectory: Trajectory
    reading: Reading
