"""A report, and what it shows of each function: its code, its curve, its distance from the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gradecheck.reporting.parts import Section
from gradecheck.verifying.records import Verification

Numbers = tuple[float, ...]


@dataclass(frozen=True)
class Listing:
    """The source of one function. file: relative to its room's folder; line: its first line there."""

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
    """One function as the report shows it.

    implementation, reference: the function of each side, then those of its own room that it calls.
    stable: the form whose ball is the bound; None where that is the twin's own.  bound: in words.
    samples: by dtype, for each example the largest finite |input| and the worst error / bound.
    repros: by dtype, Python code that runs the worst case again on both sides.
    made_of: by dtype, the inputs of the worst number, where these are one number or one row of each argument.
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
    implementation: tuple[Listing, ...]
    reference: tuple[Listing, ...]
    stable: Listing | None
    bound: str
    samples: Mapping[str, tuple[tuple[float, float], ...]]
    repros: Mapping[str, str]
    made_of: Mapping[str, str]
    distances: Mapping[str, tuple[Distance, ...]]


@dataclass(frozen=True)
class Report:
    """Everything that one run found, and what it ran on.

    sections: what the pack shows beside its formulas.  whole: whether all of the pack's functions were asked for.
    unchecked: what was left out, and why.  broken: runs in which the implementation raised, and what.
    sheets, curves: for the page.
    missing: functions that the implementation lacks.  lacking: that, in words.
    glossary: each regime of numbers in words.
    """

    environment: Mapping[str, str]
    implementation: str
    verifications: tuple[Verification, ...]
    sections: tuple[Section, ...]
    unchecked: tuple[str, ...]
    whole: bool = True
    broken: tuple[str, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    curves: tuple[Curve, ...] = ()
    missing: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    glossary: Mapping[str, str] = field(default_factory=dict)

    @property
    def passes(self) -> bool:
        """True where something was compared, and nothing is wrong, unstable, untidy, vacuous, missing or broken off."""
        return (
            not self.broken
            and bool(self.verifications)
            and all(v.verdict.passes for v in self.verifications)
            and all(s.verdict is None or s.verdict.passes for s in self.sections)
        )
