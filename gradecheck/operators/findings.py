"""What holding torch's operator database against the derived bounds found, as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Direction = Literal["forward", "gradient"]
Outcome = Literal["bounded", "unsound", "vacuous", "unruled", "refused", "nothing", "failed"]

DIRECTIONS: Final[tuple[Direction, ...]] = ("forward", "gradient")
PRECISIONS: Final = ("float32", "float64")
TARGETED: Final = (
    *("elementwise", "reduction", "indexing", "shape", "matrix product", "convolution", "pooling"),
    *("normalisation", "loss", "attention", "recurrent"),
)
"""Kinds of which at least TARGET of the operators should be bounded."""
TARGET: Final = 0.9
JUDGED: Final = 0.5
"""A bound that is infinite on more than this share of the numbers says nothing of the operator: it is vacuous."""


@dataclass(frozen=True)
class Tolerance:
    """|actual - expected| <= absolute + relative |expected|."""

    relative: float
    absolute: float


@dataclass(frozen=True)
class Held:
    """One operator in one direction and precision, over its sample inputs.

    why: the operator that has no rule, the reason of a refusal, or what failed; "" where nothing is to be said.
    samples, numbers: how many were compared.  of: samples that torch has.  judged: numbers with a finite radius.
    worst, median: of |torch - truth| / radius; the median is over the numbers whose radius is neither 0 nor infinite.
    witness: what the truth is: "float64", "long double", or "" where the bound was only taken.
    wider: median of torch's own tolerance / how far two right answers may be apart.
    """

    direction: Direction
    precision: str
    outcome: Outcome
    why: str = ""
    samples: int = 0
    of: int = 0
    numbers: int = 0
    judged: int = 0
    worst: float = 0.0
    median: float = 0.0
    witness: str = ""
    own: Tolerance | None = None
    wider: float = 0.0


@dataclass(frozen=True)
class Planted:
    """One slip in one operator, and who notices: the derived bound, torch's own tolerance, assert_close's defaults."""

    slip: str
    bound: bool
    own: bool
    default: bool


@dataclass(frozen=True)
class Operator:
    """name: with its variant, as torch formats it.  random: why it is not held; "" where it is deterministic."""

    name: str
    kind: str
    held: tuple[Held, ...] = ()
    planted: tuple[Planted, ...] = ()
    random: str = ""
    seconds: float = 0.0

    def of(self, direction: Direction, precision: str) -> Held | None:
        return next((h for h in self.held if (h.direction, h.precision) == (direction, precision)), None)

    def outcome(self, direction: Direction) -> Outcome:
        """Of both precisions, the one that says most against it."""
        found = {h.outcome for h in self.held if h.direction == direction}
        return next((o for o in WORST_FIRST if o in found), "nothing")


WORST_FIRST: Final[tuple[Outcome, ...]] = (
    *("failed", "unsound", "unruled", "refused", "vacuous", "bounded", "nothing"),
)


@dataclass(frozen=True)
class Found:
    """The whole run. exceptions: by (operator, direction, precision).  stale: those that did not happen."""

    environment: Mapping[str, str]
    operators: tuple[Operator, ...]
    exceptions: Mapping[tuple[str, str, str], str]

    @property
    def unexplained(self) -> tuple[tuple[Operator, Held], ...]:
        """What is outside its bound, without an explanation."""
        return tuple(
            (o, h)
            for o in self.operators
            for h in o.held
            if h.outcome == "unsound" and (o.name, h.direction, h.precision) not in self.exceptions
        )

    @property
    def stale(self) -> tuple[tuple[str, str, str], ...]:
        """Explanations of what did not happen."""
        unsound = {(o.name, h.direction, h.precision) for o in self.operators for h in o.held if h.outcome == "unsound"}
        names = {o.name for o in self.operators}
        return tuple(key for key in self.exceptions if key[0] in names and key not in unsound)

    @property
    def passes(self) -> bool:
        return not (self.unexplained or self.stale)
