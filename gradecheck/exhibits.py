"""What a reader is shown of a function beside the numbers: its code, its curve, its distance from the truth."""

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
