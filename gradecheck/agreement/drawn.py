"""A function beside its twin on drawn inputs: many cases, and the smallest one that fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.agreement.allowed import Allowed
from gradecheck.agreement.arrays import DRAWN_IN, cast, of_precision
from gradecheck.agreement.naming import name
from gradecheck.agreement.repaired import repaired
from gradecheck.agreement.session import SESSION, Heard
from gradecheck.agreement.sides import Answer, Call, Side, answer
from gradecheck.agreement.wording import fails, input_lines
from gradecheck.arguments.regimes import regimes_of
from gradecheck.arguments.scope import Scope
from gradecheck.cases.case import Case
from gradecheck.cases.inputs import sample
from gradecheck.grading.marks import Repair
from gradecheck.numbers.compare import Comparison, Finding, Verdict
from gradecheck.packs.contract import Signature
from gradecheck.traced.calls import as_tensor
from gradecheck.verifying.explain import explain, fails_alike
from gradecheck.verifying.records import Witness, WorstCase
from gradecheck.verifying.tally import Tally

Array = NDArray[Any]

TRIED: Final = 24  # cases on which a repair is tried: of those that fail, of others, and of fresh ones


@dataclass(frozen=True)
class Plan:
    """What is drawn.    For each of them, see `agrees_with`."""

    signature: Signature
    dtypes: tuple[str, ...]
    examples: int
    seed: int
    scope: Scope
    convert: Callable[..., Any] | None
    strict: bool


@dataclass(frozen=True)
class Drawn:
    """A side that is held on the cases of a plan, in one precision (explain.Held)."""

    side: Side
    plan: Plan
    dtype: str

    @property
    def contract(self) -> Signature:
        return self.plan.signature

    def inputs(self, case: Case) -> Call:
        names = tuple(argument.name for argument in self.contract.arguments)
        return Call(tuple(map(self._made, case.arguments)), names, {})

    def call(self, case: Case) -> Call:
        return self.side.call(self.inputs(case))

    def _made(self, x: Any) -> Any:
        """An argument as the function takes it."""
        if not isinstance(x, np.ndarray):
            return x
        if self.plan.convert is not None:
            return self.plan.convert(cast(as_tensor(x), self.dtype))
        return of_precision(x, self.dtype)

    def expect(self, of: Call) -> Allowed:
        try:
            return self.side.expect(of)
        except Exception as error:
            error.add_note("\n".join(["on the drawn input", *input_lines(of)]))
            raise

    def _answered(self, case: Case) -> Answer:
        of = self.call(case)
        allowed = self.expect(of)
        try:
            return answer(self.side, of, allowed)
        except Exception as error:
            raised = Finding("raised", self.contract.name, f"{type(error).__name__}: {error}", "a result")
            return Answer((), allowed, (raised,))

    def answer(self, case: Case) -> tuple[tuple[Array, ...], Allowed]:
        answered = self._answered(case)
        return answered.arrays, answered.allowed

    def check(self, case: Case) -> Comparison:
        return self._answered(case).comparison

    def witness(self, case: Case, comparison: Comparison, truth: bool) -> Witness | None:
        differ = comparison.worst is not None and not comparison.values.passes
        return self.expect(self.call(case)).witness(comparison) if differ else None

    def raised(self, worst: WorstCase | None) -> Exception | None:
        """What the function raises on that case, if it is that what fails."""
        if worst is None or all(finding.kind != "raised" for finding in worst.comparison.findings):
            return None
        of = self.call(worst.case)
        try:
            self.side.function(*of.inputs)
        except Exception as error:
            return error
        return None


def hold(drawn: Drawn) -> tuple[Heard, WorstCase | None]:
    """How the function does on all examples; and the worst of them, as small as it can be where it fails."""
    plan = drawn.plan
    tally = Tally(plan.signature, drawn.dtype, plan.scope)
    base = DRAWN_IN.get(drawn.dtype, drawn.dtype)
    for case in sample(plan.signature, base, SESSION.examples or plan.examples, plan.seed, plan.scope):
        tally.add(case, drawn.check(case))
    heard = Heard(
        function=name(drawn.side.function),
        twin=drawn.side.against,
        dtype=drawn.dtype,
        verdict=tally.overall.value,
        worst_ratio=tally.ratio,
        examples=tally.examples,
        judged=tally.judged,
    )
    if tally.worst is None or not fails(heard, plan.strict) or heard.verdict == Verdict.VACUOUS:
        SESSION.tell(heard)
        return heard, None
    case, comparison = tally.worst
    heard = replace(heard, repair=_repaired(drawn, [case, *(c for own in tally.failures.values() for c in own)]))
    SESSION.tell(heard)
    alike = tally.failing_like(case)
    return heard, explain(drawn, case, comparison, alike, fails_alike(drawn, case, comparison), plan.scope)


def _repaired(drawn: Drawn, failing: Sequence[Case]) -> Repair | None:
    """What makes the function agree on some of the failing cases, on others as they are drawn, and on fresh ones."""
    plan = drawn.plan
    scope, base = replace(plan.scope, everything=False), DRAWN_IN.get(drawn.dtype, drawn.dtype)
    if not regimes_of(plan.signature, scope):
        return None
    one, other = (sample(plan.signature, base, TRIED, plan.seed + i, scope) for i in range(2))
    return repaired(drawn.side, map(drawn.call, chain(failing[:TRIED], one)), map(drawn.call, other))
