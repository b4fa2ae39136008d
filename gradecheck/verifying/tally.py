"""What has been seen of one function, case by case."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from gradecheck.arguments.scope import Scope
from gradecheck.cases.case import Case
from gradecheck.cases.inputs import branches_of
from gradecheck.cases.traits import oddity
from gradecheck.numbers.compare import Comparison, FindingKind, Verdict, is_real
from gradecheck.packs.contract import Signature

FAILURES_KEPT: Final = 40
"""Failing cases of one check kept to see what they have in common; more would only cost time."""

UNSTEADY: Final[frozenset[FindingKind]] = frozenset({"state", "random", "time"})
"""Findings about more than one call: no number of one answer says as much."""

Oddity = tuple[int, int, int]


@dataclass
class Tally:
    """What has been seen so far of one function."""

    contract: Signature
    dtype: str
    scope: Scope
    examples: int = 0
    judged: int = 0
    elements: int = 0
    telling: int = 0
    ratio: float = 0.0
    ulp: float = 0.0
    verdict: Verdict = Verdict.EXACT
    worst: tuple[Case, Comparison] | None = None
    failures: dict[int, list[Case]] = field(default_factory=dict)
    regimes: dict[str, None] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    samples: list[tuple[float, float]] = field(default_factory=list)
    calling: float = 0.0
    referring: float = 0.0

    def add(self, case: Case, comparison: Comparison, elements: int = 0) -> None:
        self.examples += 1
        self.elements += elements
        self.judged += comparison.judged
        self.telling += comparison.telling
        if case.recipe is not None:
            self.regimes[case.recipe.regime] = None
        for name, holds in self.contract.branches.items():
            if name not in self.met and np.any(holds(*case.arguments)):
                self.met.add(name)
        element = comparison.worst
        if element is not None:
            self.ratio, self.ulp = max(self.ratio, element.ratio), max(self.ulp, element.ulp)
            self.samples.append((_largest(case), element.ratio))
        if self.worst is None or self._badness(case, comparison) > self._badness(*self.worst):
            self.worst = case, comparison
        if comparison.values is Verdict.WRONG:
            alike = self.failures.setdefault(oddity(self.contract, case)[0], [])
            alike += [case] if len(alike) < FAILURES_KEPT else []
        if comparison.verdict.severity > self.verdict.severity:
            self.verdict = comparison.verdict

    def _badness(self, case: Case, comparison: Comparison) -> tuple[int, bool, float, Oddity]:
        """Worse verdict first; then the larger error / bound where it passes, the plainer case where it fails."""
        severity, element = comparison.verdict.severity, comparison.worst
        if comparison.verdict.passes:
            size = sum(np.size(x) for x in case.arguments)
            return severity, False, element.ratio if element else 0.0, (0, 0, -size)
        about, special, size = oddity(self.contract, case)
        return severity, unsteady(comparison), 0.0, (-about, -special, -size)

    def failing_like(self, case: Case) -> list[Case]:
        """The cases whose values are wrong, of those that are about the same as this one."""
        return self.failures.get(oddity(self.contract, case)[0], [])

    @cached_property
    def unmet(self) -> tuple[str, ...]:
        """The branches that the scope has and no example met."""
        if self.met >= self.contract.branches.keys():
            return ()
        within = branches_of(self.contract, self.dtype, self.scope)
        return tuple(name for name in self.contract.branches if name in within - self.met)

    @property
    def overall(self) -> Verdict:
        """Agreement about nothing is no agreement: no number judged, all expected zeros, or a branch never met."""
        if self.verdict.passes and (not self.telling or self.unmet):
            return Verdict.VACUOUS
        return self.verdict


def unsteady(comparison: Comparison) -> bool:
    return any(finding.kind in UNSTEADY for finding in comparison.findings)


def _largest(case: Case) -> float:
    """The largest finite |number| among the arguments; 0 where there is none."""
    sizes = [np.abs(x) for x in case.arguments if is_real(x)]
    return max((float(np.max(x, where=np.isfinite(x), initial=0.0)) for x in sizes), default=0.0)
