"""A contract, an implementation and the reference: many cases, one Verification."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from gradecheck.arguments.scope import EVERYTHING, Scope
from gradecheck.cases.case import Case
from gradecheck.cases.inputs import sample
from gradecheck.numbers.compare import Finding, Verdict, failed
from gradecheck.packs import registry
from gradecheck.packs.contract import Contract
from gradecheck.verifying.check import check
from gradecheck.verifying.explain import Sides, explain, fails_alike
from gradecheck.verifying.guarded import Guarded, seed
from gradecheck.verifying.implementation import Implementation
from gradecheck.verifying.naming import UNKNOWN, marked
from gradecheck.verifying.records import Seconds, Verification, WorstCase
from gradecheck.verifying.tally import Tally, unsteady

EXAMPLES: Final = 200


@dataclass(frozen=True)
class Options:
    """How hard and on what to verify."""

    examples: int = EXAMPLES
    seed: int = 0
    scope: Scope = EVERYTHING
    device: str = "cpu"
    truth: bool = False


def verify(contract: Contract, implementation: Implementation, dtype: str, options: Options) -> Verification:
    """Hold one function against its twin over many cases."""
    function = implementation.function(contract)
    if function is None:
        missing = Finding("missing", contract.name, "not defined", "a function")
        return _not_held(contract, implementation, dtype, Verdict.MISSING, missing)
    if isinstance(function, Guarded) and function.late:
        late = Finding("time", contract.name, f"no answer in {function.seconds:g} s before", "one")
        return _not_held(contract, implementation, dtype, Verdict.WRONG, late)
    from gradecheck.verifying.tensors import run_reference  # torch: only where a formula of reference/ really runs

    tally = Tally(contract, dtype, options.scope)

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

    begun, printed = time.perf_counter(), _printed(function)
    if isinstance(function, Guarded):
        seed(options.seed)  # what a file draws is drawn again in the next run
    with warnings.catch_warnings():
        if _top(getattr(function, "__module__", None) or "") != _top(registry.of(contract).by_hand):
            warnings.simplefilter("ignore")  # a warning is no wrong answer; the pack's own side promises none at all
        sides = Sides(contract, timed, refer)
        for case in sample(contract, dtype, options.examples, options.seed, options.scope):
            expectation = sides.expect(case)
            comparison = check(timed, case, expectation)
            tally.add(case, comparison, sum(x.size for x in expectation.values))
            if any(finding.kind == "time" for finding in comparison.findings):
                break  # it is not called again
        worst = _worst(tally, sides, options)
    total = time.perf_counter() - begun
    return Verification(
        contract=contract,
        implementation=implementation.name,
        dtype=dtype,
        examples=tally.examples,
        verdict=_verdict(tally.overall, worst),
        worst_ratio=tally.ratio,
        worst_ulp=tally.ulp,
        worst=worst,
        regimes=tuple(tally.regimes),
        unmet=tally.unmet,
        seconds=Seconds(tally.calling, tally.referring, total - tally.calling - tally.referring),
        samples=tuple(tally.samples),
        judged=tally.judged,
        elements=tally.elements,
        printed=_printed(function) - printed,
    )


def _top(module: str) -> str:
    return module.partition(".")[0]


def _verdict(overall: Verdict, worst: WorstCase | None) -> Verdict:
    """As drawn; no harsher than `check`, which charges stability alone for some that are wrong."""
    return Verdict.UNSTABLE if overall is Verdict.WRONG and worst is not None and worst.only_unstable else overall


def _printed(function: Callable[..., Any]) -> int:
    return function.printed.size if isinstance(function, Guarded) else 0


def _not_held(
    contract: Contract, implementation: Implementation, dtype: str, verdict: Verdict, finding: Finding
) -> Verification:
    worst = WorstCase(Case(contract.name, "correctness", ()), failed(finding))
    spent = Seconds(0.0, 0.0, 0.0)
    return Verification(contract, implementation.name, dtype, 0, verdict, 0.0, 0.0, worst, (), (), spent)


def _worst(tally: Tally, sides: Sides, options: Options) -> WorstCase | None:
    """The worst case; where it fails by more than its steadiness, explained, with the mistakes that `check` names."""
    if tally.worst is None:
        return None
    drawn, comparison = tally.worst
    if unsteady(comparison):
        return WorstCase(drawn, comparison, drawn.recipe)
    if comparison.verdict.passes:
        return WorstCase(drawn, comparison, drawn.recipe, sides.witness(drawn, comparison, options.truth), signs={})
    by_check = UNKNOWN if comparison.values.passes else marked(sides.contract, sides.function, options.scope)
    fails, alike = fails_alike(sides, drawn, comparison), tally.failing_like(drawn)
    worst = explain(sides, drawn, comparison, alike, fails, options.scope, options.truth)
    only_unstable = by_check.only_unstable and not options.scope.everything
    return replace(worst, mistakes=by_check.mistakes, only_unstable=only_unstable)
