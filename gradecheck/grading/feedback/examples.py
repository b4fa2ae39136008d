"""The ladder of small inputs (cases/rungs.py) with what right answers to them look like. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from gradecheck.arguments.scope import SUBMISSION, Scope
from gradecheck.cases.rungs import rungs
from gradecheck.grading.bank.questions import BankedQuestion
from gradecheck.grading.jail.inside.protocol import Cases
from gradecheck.numbers.compare import Expectation, precision
from gradecheck.packs.contract import Contract


@dataclass(frozen=True)
class Ladder:
    """The rungs of one function: their arguments, the packed calls, and the expected answers."""

    calls: Cases
    expectations: tuple[Expectation, ...]


def ladder_of(banked: BankedQuestion, scope: Scope) -> Ladder:
    """By the contract's stable form; what has none was banked."""
    if banked.contract.stable is not None:
        return ladder(banked.contract, scope)
    return _ladder(banked.contract, banked.rungs.expected(banked.contract))


@lru_cache(maxsize=64)
def ladder(contract: Contract, scope: Scope = SUBMISSION) -> Ladder:
    with np.errstate(all="ignore"):
        return _ladder(contract, [expectation(contract, arguments) for arguments in rungs(contract, scope)])


def _ladder(contract: Contract, expectations: Sequence[Expectation]) -> Ladder:
    asked = [e for e in expectations if all(np.isfinite(value).all() for value in e.values)]
    return Ladder(Cases.pack([contract.given(e.arguments) for e in asked]), tuple(asked))


def expectation(contract: Contract, arguments: tuple[Any, ...]) -> Expectation:
    """The expected answer by the contract's stable form, without torch."""
    assert contract.stable is not None
    dtype = precision(arguments)
    with np.errstate(all="ignore"):
        values = contract.stable(*arguments)
    several = values if isinstance(values, tuple) else (values,)
    return Expectation(contract, arguments, tuple(np.asarray(value, dtype) for value in several))
