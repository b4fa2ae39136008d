"""What a reader is shown of a function or a run beside the numbers: its code, its curve, its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Numbers = tuple[float, ...]


@dataclass(frozen=True)
class Source:
    """One function as it stands in its file. file: below its room's folder; line: its first there."""

    name: str
    file: str
    line: int
    code: str


@dataclass(frozen=True)
class Curve:
    """A formula as a function of one number x, and its derivative, as each side computes them. of: what x is."""

    subject: str
    of: str
    x: Numbers
    values: Numbers
    reference_values: Numbers
    slopes: Numbers
    reference_slopes: Numbers


@dataclass(frozen=True)
class Distance:
    """Worst distance of both sides from the true value, in ulp, over the cases of one regime."""

    regime: str
    implementation_ulp: float
    reference_ulp: float
    cases: int


@dataclass(frozen=True)
class Sheet:
    """One function of the lecture on paper.

    implementation, reference: the function of each side, then those of its own room that it calls.
    stable: the form whose ball is the bound.  bound: in words.
    samples: by dtype, for each example the largest finite |input| and the worst error / bound.
    repros: by dtype, Python code that runs the worst case again on both sides.
    made_of: by dtype, the inputs that the worst number of all is made of, where that is one number or one row of each.
    distances: by dtype, how far both sides are from the truth in each regime.
    """

    name: str
    subject: str
    chapter: str
    direction: Literal["forward", "backward"]
    formula: str
    latex: str
    slide: str
    twin: str
    results: tuple[str, ...]
    implementation: tuple[Source, ...]
    reference: tuple[Source, ...]
    stable: Source | None
    bound: str
    samples: Mapping[str, tuple[tuple[float, float], ...]]
    repros: Mapping[str, str]
    made_of: Mapping[str, str]
    distances: Mapping[str, tuple[Distance, ...]]


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

    confusion: how often a digit (row) was read as another (column).  differ: rows that the two sides read differently.
    """

    confusion: tuple[tuple[int, ...], ...]
    reference_confusion: tuple[tuple[int, ...], ...]
    misread: tuple[Misread, ...]
    differ: int
