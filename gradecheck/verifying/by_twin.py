"""Rows without a stable form: their bounds, and their truth, by the twin's own trace on the CPU.

What cannot be traced raises PackError: it names the pack, the row, the operator and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.arguments.scope import SUBMISSION
from gradecheck.cases.inputs import sample
from gradecheck.numbers.compare import is_real
from gradecheck.packs import registry
from gradecheck.packs.contract import Contract
from gradecheck.packs.pack import PackError
from gradecheck.traced.bounds import Bound, bound, run_by
from gradecheck.traced.errors import Unbounded

Array = NDArray[Any]

TRIED: Final = 4
"""Calls of a twin by which it is seen beforehand whether it can be traced."""


@dataclass(frozen=True)
class Traced:
    """The bounds of one call of a row, as compare.Bounds has them."""

    contract: Contract
    arguments: tuple[Any, ...]

    @cached_property
    def found(self) -> Bound:
        with _said_of(self.contract):
            found = bound(registry.twin(self.contract), *self.arguments)
        names, count = self.contract.results, len(found.values)
        if count != len(names):
            was = f"it returns {count} tensor{'s' * (count != 1)} of real numbers"
            raise _unbounded(self.contract, f"{was}, but should return {len(names)}: {', '.join(names)}")
        return found

    @property
    def tight(self) -> tuple[Array, ...]:
        return self.found.tight

    @property
    def loose(self) -> tuple[Array, ...]:
        with _said_of(self.contract):
            return self.found.loose


def in_float64(contract: Contract, arguments: tuple[Any, ...]) -> list[tuple[Array, Array]]:
    """Each result for the same numbers in float64, and how far rounding may have taken it: the truth of float32."""
    wider = tuple(x.astype(np.float64) if is_real(x) else x for x in arguments)
    found = Traced(contract, wider).found
    return [(value, tight / 2) for value, tight in zip(found.values, found.tight, strict=True)]


def operators(contract: Contract) -> tuple[str, ...]:
    """What the twin runs, by torch's names, in order."""
    (case,) = sample(contract, "float64", 1, 0, SUBMISSION)
    return run_by(registry.twin(contract), *case.arguments)


def try_out(contracts: Iterable[Contract]) -> None:
    """Trace a few calls of each twin. Raises PackError where one has no bound."""
    for contract in contracts:
        for case in sample(contract, "float32", TRIED, 0, SUBMISSION):
            bounds = Traced(contract, case.arguments)
            bounds.tight, bounds.loose  # noqa: B018  they are worked out where they are asked for


@contextmanager
def _said_of(contract: Contract) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        why = str(error) if isinstance(error, Unbounded) else f"its trace raised {type(error).__name__}: {error}"
        raise _unbounded(contract, why) from error


def _unbounded(contract: Contract, why: str) -> PackError:
    return PackError(
        f"pack {registry.of(contract).name}: {contract.name} has no stable form, and its twin has no bound: {why}; "
        "or write the row's stable form"
    )
