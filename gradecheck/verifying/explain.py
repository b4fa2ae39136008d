"""A failing case explained: shrunk, with what its like have in common and the third witness's word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from numpy.typing import NDArray

from gradecheck.arguments.scope import Scope
from gradecheck.cases.case import Case
from gradecheck.cases.shrink import shrink
from gradecheck.cases.traits import same_nature
from gradecheck.numbers.compare import Comparison, Expectation, Expected, Verdict
from gradecheck.numbers.signs import common_signs
from gradecheck.packs.contract import Contract, Signature
from gradecheck.verifying.check import Reference, answer, check, expect
from gradecheck.verifying.records import Witness, WorstCase
from gradecheck.verifying.witness import hear_witness

Array = NDArray[Any]
Answer = tuple[tuple[Array, ...], Expected]
Pair = tuple[float, float]

MOST_PAIRS: Final = 300


class Held(Protocol):
    """A function that is held against something else, case by case.

    answer: what it returns, where it returns anything, and what it should.
    witness: how far both are from the true value where they are furthest apart, if a number is off.
    """

    @property
    def contract(self) -> Signature: ...
    def check(self, case: Case) -> Comparison: ...
    def answer(self, case: Case) -> Answer: ...
    def witness(self, case: Case, comparison: Comparison, truth: bool) -> Witness | None: ...


@dataclass(frozen=True)
class Sides:
    """A function and the reference that it is held against, by a contract."""

    contract: Contract
    function: Callable[..., Any]
    reference: Reference

    def expect(self, case: Case) -> Expectation:
        return expect(self.contract, case, self.reference)

    def check(self, case: Case) -> Comparison:
        return check(self.function, case, self.expect(case))

    def answer(self, case: Case) -> Answer:
        expectation = self.expect(case)
        return answer(self.function, expectation), expectation

    def witness(self, case: Case, comparison: Comparison, truth: bool) -> Witness | None:
        """truth: also where the two merely differ."""
        differ = comparison.worst is not None and comparison.values is not Verdict.EXACT
        wanted = differ and (truth or not comparison.values.passes)
        return hear_witness(self.expect(case), comparison) if wanted else None


def fails_alike(held: Held, drawn: Case, comparison: Comparison) -> Callable[[Case], bool]:
    """Whether a smaller case fails as this one does: by its verdict, by its nature, and in the same ways."""
    ways = _ways(comparison)

    def alike(smaller: Case) -> bool:
        if not same_nature(held.contract, smaller, drawn):
            return False
        found = held.check(smaller)
        return found.verdict is comparison.verdict and _ways(found) == ways

    return alike


def _ways(comparison: Comparison) -> set[tuple[str, str]]:
    """The ways in which it fails beside its numbers: what is not as it should be, or what was raised."""
    return {(f.kind, f.was.partition(":")[0] if f.kind == "raised" else f.name) for f in comparison.findings}


def explain(
    held: Held,
    drawn: Case,
    comparison: Comparison,
    alike: Sequence[Case],
    fails: Callable[[Case], bool],
    scope: Scope,
    truth: bool = False,
) -> WorstCase:
    """A failing case, made as small as it can be while it fails alike.

    comparison: of the case as it was drawn.    alike: cases that fail in the same way, whose answers have the signs.
    """
    answers = [found for found in map(held.answer, alike) if found[0]]
    signs, pairs = common_signs(answers), _pairs(answers, comparison)
    smallest = shrink(held.contract, drawn, fails, scope)
    found = held.check(smallest)
    return WorstCase(smallest, found, drawn.recipe, held.witness(smallest, found, truth), signs, pairs=pairs)


def _pairs(answers: Sequence[Answer], comparison: Comparison) -> tuple[Pair, ...]:
    """What should be and what is, number by number, of the result that is furthest off."""
    if comparison.worst is None:
        return ()
    found: list[Pair] = []
    for arrays, expectation in answers:
        i = expectation.names.index(comparison.worst.result)
        if arrays[i].shape == expectation.values[i].shape:
            found += zip(expectation.values[i].ravel().tolist(), arrays[i].ravel().tolist(), strict=True)
    return tuple(found[:MOST_PAIRS])
