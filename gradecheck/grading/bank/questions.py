"""The banked cases of one function, with all that judging their answers needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import cycle
from math import prod
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.arguments import sizes
from gradecheck.arguments.scope import SUBMISSION, Scope
from gradecheck.cases.case import Case, Recipe, Shape
from gradecheck.grading.bank.chosen import chosen, parts
from gradecheck.grading.jail.inside.packing import build
from gradecheck.grading.jail.inside.protocol import Cases
from gradecheck.grading.jail.usual import Usual
from gradecheck.numbers.compare import Expectation, Expected, precision
from gradecheck.packs.contract import ANY, Contract

Array = NDArray[Any]
Flat = NDArray[np.float64]
Shapes = tuple[tuple[Shape, ...], ...]

REPEATED: Final = 8
"""Every eighth case is called twice more after all the others, to see whether the function keeps state."""

CHECK_CODES: Final = ("correctness", "edges", "stability")


@dataclass(frozen=True)
class Radii:
    """Bounds of one call (compare.Bounds) that were banked."""

    tight: tuple[Array, ...]
    loose: tuple[Array, ...]


@dataclass(frozen=True)
class Rungs:
    """What right answers to the small inputs of rungs.py look like, results end to end; nothing of a contract with a
    stable form, which says that itself.

    frame: the packed calls.    shapes: of every result of every rung.
    """

    frame: bytes
    shapes: Shapes
    values: Flat
    tight: Flat
    loose: Flat

    @classmethod
    def of(cls, contract: Contract, expectations: Sequence[Expectation]) -> Rungs:
        """What is expected of each rung, to be kept."""
        kept = (_flat([getattr(e, name) for e in expectations]) for name in ("values", "tight", "loose"))
        calls = Cases.pack([contract.given(e.arguments) for e in expectations])
        return cls(calls.frame, _shapes(expectations), *kept)

    def expected(self, contract: Contract) -> list[Expectation]:
        """Of each rung."""
        header, payload = parts(self.frame)
        starts = _starts(self.shapes)
        return [
            _expectation(self, contract, contract.complete(build(case, payload)), shapes, starts[i * len(shapes)])
            for i, (case, shapes) in enumerate(zip(header["cases"], self.shapes, strict=True))
        ]


@dataclass(frozen=True)
class BankedQuestion:
    """The cases of one function with everything known about them; results lie end to end in flat arrays.

    order: the calls by case, with the repeated ones at the end.   checks: of each case, an index into CHECK_CODES.
    shapes: of every result of every case.   starts: of each result of each case in the flat arrays.
    rungs: what a counterexample is looked for among.
    """

    contract: Contract
    recipes: tuple[Recipe, ...]
    order: tuple[int, ...]
    frame: bytes
    checks: NDArray[np.int8]
    shapes: Shapes
    starts: NDArray[np.int64]
    values: Flat
    tight: Flat
    loose: Flat
    unstable: NDArray[np.bool_]
    rungs: Rungs

    def expectation(self, case: int, arguments: tuple[Any, ...]) -> Expectation:
        """Of one case, which has these arguments."""
        shapes = self.shapes[case]
        return _expectation(self, self.contract, arguments, shapes, self.starts[case * len(shapes)])

    @property
    def dtypes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(recipe.dtype for recipe in self.recipes))

    @property
    def calls(self) -> Cases:
        return Cases(self.frame, len(self.order))

    def only(self, cases: Iterable[int]) -> BankedQuestion:
        """The same question with these cases alone, in the bank's order. Each is called once."""
        kept = sorted(set(map(int, cases)))
        shapes = tuple(self.shapes[case] for case in kept)
        results = len(self.contract.results)
        ends = np.append(self.starts, len(self.values))
        part = np.concatenate([np.arange(*ends[[case * results, (case + 1) * results]]) for case in kept])
        return replace(
            self,
            recipes=tuple(self.recipes[case] for case in kept),
            order=tuple(range(len(kept))),
            frame=chosen(self.frame, kept).frame,
            checks=self.checks[kept],
            shapes=shapes,
            starts=_starts(shapes),
            values=self.values[part],
            tight=self.tight[part],
            loose=self.loose[part],
            unstable=self.unstable[part],
        )

    @cached_property
    def about(self) -> frozenset[str]:
        """The checks that some case is about."""
        return frozenset(CHECK_CODES[code] for code in set(self.checks.tolist()))

    @cached_property
    def regimes(self) -> frozenset[str]:
        """That some case is of."""
        return frozenset(recipe.regime for recipe in self.recipes)

    @cached_property
    def usual(self) -> Usual:
        """The form of answers that need no look at anything but their numbers."""
        return Usual.of([recipe.dtype for recipe in self.recipes], self.shapes, self.order)


def _expectation(
    kept: Rungs | BankedQuestion, contract: Contract, arguments: tuple[Any, ...], shapes: Sequence[Shape], start: int
) -> Expectation:
    """What was kept of one call of a contract without a stable form.    start: where its results begin."""
    dtype, values, tight, loose = precision(arguments), [], [], []
    for shape in shapes:
        part = slice(start, start := start + prod(shape))
        values.append(kept.values[part].astype(dtype).reshape(shape))
        tight.append(kept.tight[part].reshape(shape))
        loose.append(kept.loose[part].reshape(shape))
    return Expectation(contract, arguments, tuple(values), Radii(tuple(tight), tuple(loose)))


def _starts(shapes: Shapes) -> NDArray[np.int64]:
    return np.cumsum([0, *(prod(shape) for case in shapes for shape in case)][:-1])


# -- building


def draw(contract: Contract, dtype: str, count: int, seed: int, scope: Scope = SUBMISSION) -> list[Case]:
    """That many cases in the scope, and some with lengths that chance may not have drawn."""
    from gradecheck.cases.inputs import sample

    drawn = list(sample(contract, dtype, count, seed, scope))
    return [*drawn, *_narrow(contract, drawn, scope)]


def _narrow(contract: Contract, drawn: list[Case], scope: Scope) -> list[Case]:
    """Cases of ordinary numbers that chance may not have drawn: one with all axes longer than 1, and some for every
    axis in which it alone has length 1 or is absent.
    """
    from gradecheck.arguments.regimes import regimes_of
    from gradecheck.cases.inputs import fill

    regime = regimes_of(contract, scope)[0]  # moderate, if that is in the scope
    several = sizes.several(contract)
    narrow: list[tuple[str, Shape]] = [
        (axis, alone)
        for axis in several
        if axis != ANY
        for alone in ([(1,), ()] if axis[-1] == "?" and scope.rows == "any" else [(1,)])
    ]
    wanted = [
        sizes.near(contract, several, scope),
        *(sizes.near(contract, several | {axis: alone}, scope, axis) for axis, alone in narrow),
    ]
    found = []
    for lengths, case in zip([x for x in wanted if x], cycle(drawn), strict=False):
        assert case.recipe is not None
        own = tuple(lengths.items())
        found.append(fill(contract, replace(case.recipe, regime=regime, sizes=own, hostile=()), scope))
    return found


def build_question(contract: Contract, count: int, seed: int, scope: Scope = SUBMISSION) -> BankedQuestion:
    from gradecheck.cases.rungs import rungs
    from gradecheck.verifying.check import expect
    from gradecheck.verifying.tensors import run_reference

    each = -(-count // len(scope.dtypes))
    cases = [case for dtype in scope.dtypes for case in draw(contract, dtype, each, seed, scope)]
    expectations = [expect(contract, case, run_reference) for case in cases]
    small = list(rungs(contract, scope)) if contract.stable is None else []
    shown = [expect(contract, Case(contract.name, "correctness", rung), run_reference) for rung in small]
    order = (*range(len(cases)), *(i for i in range(0, len(cases), REPEATED) for _ in range(2)))
    return of_cases(contract, cases, expectations, order, Rungs.of(contract, shown))


def of_cases(
    contract: Contract, cases: Sequence[Case], expectations: Sequence[Expected], order: Sequence[int], rungs: Rungs
) -> BankedQuestion:
    """Cases that have a recipe, with what right answers to them look like. order, rungs: as of a BankedQuestion.

    Raises TypeError for an argument that is neither a number nor an array of numbers.
    """
    shapes = _shapes(expectations)
    return BankedQuestion(
        contract=contract,
        recipes=tuple(case.recipe for case in cases if case.recipe is not None),
        order=tuple(order),
        frame=Cases.pack(_given(contract, cases), order).frame,
        checks=np.array([CHECK_CODES.index(case.check) for case in cases], np.int8),
        shapes=shapes,
        starts=_starts(shapes),
        values=_flat([e.values for e in expectations]),
        tight=_flat([e.tight for e in expectations]),
        loose=_flat([e.loose for e in expectations]),
        unstable=_flat([e.unstable for e in expectations]) > 0,
        rungs=rungs,
    )


def _shapes(expectations: Sequence[Expected]) -> Shapes:
    return tuple(tuple(value.shape for value in e.values) for e in expectations)


def _given(contract: Contract, cases: Sequence[Case]) -> list[tuple[Any, ...]]:
    """The arguments of the calls: every second case whose last arguments equal their defaults leaves them out."""
    found: list[tuple[Any, ...]] = []
    leave = True
    for case in cases:
        short = contract.given(case.arguments)
        found.append(short if leave else case.arguments)
        leave ^= len(short) < len(case.arguments)
    return found


def _flat(results: Sequence[tuple[Array, ...]]) -> Flat:
    return np.concatenate([np.zeros(0), *(np.ravel(x).astype(np.float64) for arrays in results for x in arrays)])
