"""Slips: mistakes that combine, as each changes either the arguments of a formula or its result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, permutations
from math import prod
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from gradecheck.grading.bank.store import BankedQuestion
from gradecheck.grading.jail.answers import Answer, Raised, Returned
from gradecheck.grading.judging import calls
from gradecheck.grading.judging.judged import judge
from gradecheck.grading.judging.likeness import Likeness
from gradecheck.grading.judging.traces import Trace, trace
from gradecheck.numbers.signs import FACTORS, Factor
from gradecheck.packs import catalogues, registry
from gradecheck.packs.contract import Contract
from gradecheck.packs.mistakes.mistake import Mistake

MOST: Final = 2  # slips around one formula
ABOUT: Final = 0.01  # relative: how close the largest number has to be, before all are compared

FACTOR_TOO_MANY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "negated": "The sign is turned.",
        "times 2": "There is a factor 2 too many.",
        "half": "There is a factor 1/2 too many, or a 2 is missing.",
        "times n": "There is a factor n too many: a mean over the n rows is missing.",
        "divided by n": "It is divided by n, the number of rows, once too often.",
        "times k": "There is a factor k too many, the length of the last axis.",
        "divided by k": "It is divided by k, the length of the last axis.",
        "times all elements": "There is a factor too many, the number of all elements: is a mean missing?",
        "divided by all elements": "It is divided by the number of all elements.",
        "log base 2": "There is a factor 1/ln 2 = 1.4427 too many: log2 in place of the natural log?",
        "log base 10": "There is a factor 1/ln 10 = 0.4343 too many: log10 in place of the natural log?",
    }
)
"""A sentence for each factor of signs.py, where no mistake of the function has it."""


@dataclass(frozen=True)
class Slip:
    """before: gives the changed arguments.  factor: of the result.  One of the two."""

    mistake: Mistake
    before: Callable[..., tuple[Any, ...]] | None = None
    factor: Factor | None = None


@dataclass(frozen=True)
class Explanation:
    """Slips around a mistake or the right formula, which is `form`."""

    slips: tuple[Slip, ...]
    base: Mistake | None
    form: Callable[..., Any]

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        return (*(slip.mistake for slip in self.slips), *([self.base] if self.base else []))

    def answer(self, *arguments: Any) -> Any:
        given = arguments
        for slip in self.slips:
            given = slip.before(*given) if slip.before else given
        factor = prod(slip.factor(arguments) for slip in self.slips if slip.factor)
        with np.errstate(all="ignore"):
            value = self.form(*given)
            return value if factor == 1 else factor * value


def factor_named(contract: Contract, sign: str) -> Mistake:
    """The catalogued mistake with this factor; else one that any formula may have."""
    known = (m for m in catalogues.mistakes(contract) if m.sign == sign)
    return next(known, None) or Mistake(
        f"{contract.name}/{sign.replace(' ', '-')}",
        contract.name,
        lambda *arguments: None,
        FACTOR_TOO_MANY[sign],
        "Go through the factors of the formula one by one, beside your lines.",
        sign=sign,
    )


def slip_of(mistake: Mistake) -> Slip | None:
    """The mistake as a slip, if it is one."""
    if mistake.before:
        return Slip(mistake, before=mistake.before)
    sign = mistake.sign
    return Slip(mistake, factor=FACTORS[sign]) if sign and sign in FACTOR_TOO_MANY else None


def traced(banked: BankedQuestion, form: Callable[..., Any]) -> Trace:
    """The answers of a function of ours on all cases, computed in this process."""
    return trace(judge(banked, [_answered(banked, form, case) for case in range(len(banked.recipes))]))


def _answered(banked: BankedQuestion, form: Callable[..., Any], case: int) -> Answer:
    try:
        with np.errstate(all="ignore"):
            value = form(*calls.arguments(banked, case))
    except Exception as error:  # a mistake may raise
        return Raised(type(error).__name__, str(error))
    return Returned(value, type(value).__name__)


def around(banked: BankedQuestion, seen: Trace, sheet: Likeness, cases: list[int]) -> Iterator[Explanation]:
    """Slips, alone or around a mistake, whose largest number in each of these cases is close to the submission's.

    A mistake that is a slip is used only as one.
    """
    contract, known = banked.contract, catalogues.mistakes(banked.contract)
    before = [Slip(m, before=m.before) for m in known if m.before]
    factors = [
        Slip(factor_named(banked.contract, sign), factor=factor)
        for sign, factor in FACTORS.items()
        if sign in FACTOR_TOO_MANY and len(contract.results) == 1
    ]
    plain = [m for m in known if not m.before and not m.sign and m.costs != "hygiene"]
    right = registry.right(contract)
    bases: list[tuple[Mistake | None, Callable[..., Any]]] = [(None, right), *((m, m.wrong) for m in plain)]
    first, outers = cases[0], _some(factors, MOST)
    arguments = calls.arguments(banked, first)
    times = [prod(slip.factor(arguments) for slip in outer if slip.factor) for outer in outers]
    for inner in _some(before, MOST, permutations):  # the order of changes to arguments matters
        for base, form in bases:
            value = _flat(Explanation(inner, base, form), calls.arguments(banked, first), sheet, first)
            if value is None:
                continue
            top = _top(seen, value, sheet, first)
            for outer, factor in zip(outers, times, strict=True):
                if len(outer) + len(inner) > MOST or (len(outer) > 1 and factor == 1) or not top.about(factor):
                    continue
                found = Explanation((*outer, *inner), base, form)
                if _about_all(seen, found, sheet, cases[1:]):
                    yield found


def _some(slips: list[Slip], most: int, choose: Any = combinations) -> list[tuple[Slip, ...]]:
    return [chosen for count in range(most + 1) for chosen in choose(slips, count)]


def _flat(found: Explanation, arguments: tuple[Any, ...], sheet: Likeness, case: int) -> Any:
    """The answer end to end; None where its shape is another one."""
    try:
        value = found.answer(*arguments)
    except Exception:  # a mistake may raise
        return None
    arrays = value if isinstance(value, tuple) else (value,)
    if tuple(np.shape(x) for x in arrays) != sheet.banked.shapes[case]:
        return None
    return np.concatenate([np.ravel(x) for x in arrays]).astype(np.float64)


@dataclass(frozen=True)
class _Top:
    """The largest number of an answer, and the submission's number in its place."""

    own: float
    seen: float

    def about(self, factor: float = 1.0) -> bool:
        return abs(self.seen - factor * self.own) <= ABOUT * abs(self.seen)


def _top(seen: Trace, value: Any, sheet: Likeness, case: int) -> _Top:
    at = int(np.argmax(np.abs(np.where(np.isfinite(value), value, 0))))
    return _Top(float(value[at]), float(seen.actual[sheet.part(case, 0).start + at]))


def _about_all(seen: Trace, found: Explanation, sheet: Likeness, cases: list[int]) -> bool:
    for case in cases:
        value = _flat(found, calls.arguments(sheet.banked, case), sheet, case)
        if value is None or not _top(seen, value, sheet, case).about():
            return False
    return True
