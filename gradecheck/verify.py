"""A contract, an implementation and the reference: many cases, one Verification."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np

from gradecheck.check import answer, check, expect
from gradecheck.compare import Comparison, Finding, Verdict, failed
from gradecheck.contract import Contract
from gradecheck.implementation import Implementation
from gradecheck.inputs import branches_of, sample
from gradecheck.records import Case, Seconds, Verification, WorstCase
from gradecheck.scope import EVERYTHING, Scope
from gradecheck.shrink import shrink
from gradecheck.signs import common_signs
from gradecheck.witness import hear_witness

EXAMPLES: Final = 200
FAILURES_KEPT: Final = 40
"""Failing cases kept to see what they have in common; more would only cost time."""


@dataclass(frozen=True)
class Options:
    """How hard and on what to verify."""

    examples: int = EXAMPLES
    seed: int = 0
    scope: Scope = EVERYTHING
    device: str = "cpu"
    truth: bool = False


@dataclass
class _Tally:
    """What has been seen so far of one function."""

    contract: Contract
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
    failures: list[Case] = field(default_factory=list)
    regimes: dict[str, None] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    samples: list[tuple[float, float]] = field(default_factory=list)
    calling: float = 0.0
    referring: float = 0.0

    def add(self, case: Case, comparison: Comparison, elements: int) -> None:
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
        if self.worst is None or _badness(case, comparison) > _badness(*self.worst):
            self.worst = case, comparison
        if comparison.values is Verdict.WRONG and len(self.failures) < FAILURES_KEPT:
            self.failures.append(case)
        if comparison.verdict.severity > self.verdict.severity:
            self.verdict = comparison.verdict

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


def _largest(case: Case) -> float:
    """The largest finite |number| among the arguments; 0 where there is none."""
    sizes = [np.abs(x) for x in case.arguments if isinstance(x, np.ndarray)]
    return max((float(np.max(x, where=np.isfinite(x), initial=0.0)) for x in sizes), default=0.0)


def _badness(case: Case, comparison: Comparison) -> tuple[int, bool, float, int]:
    """Worse verdict first; then the larger error / bound where it passes, the plainer, smaller case where it fails."""
    size = sum(np.size(x) for x in case.arguments)
    plain = all(np.size(x) and np.isfinite(x).all() for x in case.arguments)
    ratio = comparison.worst.ratio if comparison.worst and comparison.verdict.passes else 0.0
    return comparison.verdict.severity, plain or comparison.verdict.passes, ratio, -size


def verify(contract: Contract, implementation: Implementation, dtype: str, options: Options) -> Verification:
    """Hold one function against its twin over many cases."""
    function = implementation.function(contract)
    if function is None:
        return _missing(contract, implementation, dtype)
    from gradecheck.tensors import run_reference  # torch: only where a formula of reference/ really runs

    tally = _Tally(contract, dtype, options.scope)

    def refer(contract: Contract, arguments: tuple[Any, ...]) -> Any:
        begun = time.perf_counter()
        try:
            return run_reference(contract, arguments, options.device)
        finally:
            tally.referring += time.perf_counter() - begun

    def timed(*arguments: Any) -> Any:
        begun = time.perf_counter()
        try:
            return function(*arguments)
        finally:
            tally.calling += time.perf_counter() - begun

    begun = time.perf_counter()
    with warnings.catch_warnings():
        if (function.__module__ or "").partition(".")[0] != "manual":
            warnings.simplefilter("ignore")  # a warning is no wrong answer; manual/ promises none at all
        for case in sample(contract, dtype, options.examples, options.seed, options.scope):
            expectation = expect(contract, case, refer)
            tally.add(case, check(timed, case, expectation), sum(x.size for x in expectation.values))
        worst = _explained(tally, timed, refer, options)
    total = time.perf_counter() - begun
    return Verification(
        contract=contract,
        implementation=implementation.name,
        dtype=dtype,
        examples=tally.examples,
        verdict=tally.overall,
        worst_ratio=tally.ratio,
        worst_ulp=tally.ulp,
        worst=worst,
        regimes=tuple(tally.regimes),
        unmet=tally.unmet,
        seconds=Seconds(tally.calling, tally.referring, total - tally.calling - tally.referring),
        samples=tuple(tally.samples),
        judged=tally.judged,
        elements=tally.elements,
    )


def _missing(contract: Contract, implementation: Implementation, dtype: str) -> Verification:
    finding = Finding("missing", contract.name, "not defined", "a function")
    worst = WorstCase(Case(contract.name, "correctness", ()), failed(finding))
    return Verification(
        contract, implementation.name, dtype, 0, Verdict.MISSING, 0.0, 0.0, worst, (), (), Seconds(0.0, 0.0, 0.0)
    )


def _explained(
    tally: _Tally, function: Callable[..., Any], refer: Callable[..., Any], options: Options
) -> WorstCase | None:
    """The worst case; where it fails, shrunk, with what the failures have in common and the third witness's word."""
    if tally.worst is None:
        return None
    contract = tally.contract
    case, comparison = tally.worst
    drawn = case.recipe
    signs: Mapping[str, str] = {}
    if not comparison.verdict.passes:
        kinds = {finding.kind for finding in comparison.findings}

        def same_failure(smaller: Case) -> bool:
            found = check(function, smaller, expect(contract, smaller, refer))
            return found.verdict is comparison.verdict and {f.kind for f in found.findings} == kinds

        failures = [expect(contract, failure, refer) for failure in tally.failures]
        answers = [(answer(function, expectation), expectation) for expectation in failures]
        signs = common_signs(pair for pair in answers if pair[0])
        case = shrink(contract, case, same_failure, options.scope)
        comparison = check(function, case, expect(contract, case, refer))
    disagree = comparison.worst is not None and comparison.values is not Verdict.EXACT
    witness = None
    if disagree and (options.truth or not comparison.values.passes):
        witness = hear_witness(expect(contract, case, refer), comparison)
    return WorstCase(case, comparison, drawn, witness, signs)


def verify_all(
    contracts: list[Contract], implementation: Implementation, options: Options
) -> Iterator[Verification]:
    """Every contract in every precision, one Verification after the other."""
    for contract in contracts:
        for dtype in options.scope.dtypes:
            yield verify(contract, implementation, dtype, options)
