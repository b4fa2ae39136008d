"""Explains a failing case: shrinks it, finds the signs of similar cases, and compares both sides with the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from numpy.typing import NDArray

from gradecheck.arguments.scope import Scope
from gradecheck.cases.case import Case
from gradecheck.cases.shrink import shrink
from gradecheck.numbers.compare import Comparison, Expectation, Verdict
from gradecheck.numbers.signs import common_signs
from gradecheck.packs.contract import Contract
from gradecheck.verifying.check import Reference, answer, check, expect
from gradecheck.verifying.records import Witness, WorstCase
from gradecheck.verifying.witness import hear_witness

Array = NDArray[Any]
Answer = tuple[tuple[Array, ...], Expectation]
Pair = tuple[float, float]

MOST_PAIRS: Final = 300


@dataclass(frozen=True)
class Sides:
    """A function and the reference that it is compared with."""

    contract: Contract
    function: Callable[..., Any]
    reference: Reference

    def expect(self, case: Case) -> Expectation:
        return expect(self.contract, case, self.reference)

    def check(self, case: Case) -> Comparison:
        return check(self.function, case, self.expect(case))

    def witness(self, case: Case, comparison: Comparison, truth: bool) -> Witness | None:
        """How far both sides are from the true value at the worst element, if a number is off.

        truth: also where the sides differ within the bound.
        """
        differ = comparison.worst is not None and comparison.values is not Verdict.EXACT
        wanted = differ and (truth or not comparison.values.passes)
        return hear_witness(self.expect(case), comparison) if wanted else None


def explain(
    sides: Sides,
    drawn: Case,
    comparison: Comparison,
    alike: Sequence[Case],
    fails_alike: Callable[[Case], bool],
    scope: Scope,
    truth: bool = False,
) -> WorstCase:
    """A failing case, shrunk as far as it fails in the same way.

    comparison: of the case as it was drawn.    alike: cases that fail in the same way, to find signs in.
    """
    expectations = [sides.expect(case) for case in alike]
    answers = [(arrays, e) for e in expectations if (arrays := answer(sides.function, e))]
    signs, pairs = common_signs(answers), _pairs(answers, comparison)
    smallest = shrink(sides.contract, drawn, fails_alike, scope)
    found = sides.check(smallest)
    return WorstCase(smallest, found, drawn.recipe, sides.witness(smallest, found, truth), signs, pairs=pairs)


def _pairs(answers: Sequence[Answer], comparison: Comparison) -> tuple[Pair, ...]:
    """The expected and actual numbers of the result that is furthest off."""
    if comparison.worst is None:
        return ()
    found: list[Pair] = []
    for arrays, expectation in answers:
        i = expectation.contract.results.index(comparison.worst.result)
        if arrays[i].shape == expectation.values[i].shape:
            found += zip(expectation.values[i].ravel().tolist(), arrays[i].ravel().tolist(), strict=True)
    return tuple(found[:MOST_PAIRS])
