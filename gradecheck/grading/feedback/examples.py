"""A ladder of small inputs for every function, the simplest first: nearly every mistake shows on some rung.

The rungs depend only on the contract and the scope, so that one call tries them all and no search is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.arguments import sizes
from gradecheck.arguments.kinds import EXTREME, PLAIN, Kind, Sizes
from gradecheck.arguments.scope import SUBMISSION, Scope
from gradecheck.grading.jail.inside.protocol import Cases
from gradecheck.numbers.compare import Expectation, precision
from gradecheck.packs.contract import ANY, Argument, Contract

Array = NDArray[Any]
Shape = tuple[int, ...]

SHAPES: Final[tuple[Shape, ...]] = ((1,), (2,), (3,), (1, 2), (2, 1), (2, 2), (2, 3))
LENGTHS: Final = (1, 2, 3)


@dataclass(frozen=True)
class Ladder:
    """The rungs of one function: their arguments, the packed calls, and the expected answers."""

    calls: Cases
    expectations: tuple[Expectation, ...]


@lru_cache(maxsize=64)
def ladder(contract: Contract, scope: Scope = SUBMISSION) -> Ladder:
    rungs = list(_rungs(contract, scope))
    with np.errstate(all="ignore"):
        expectations = [expectation(contract, arguments) for arguments in rungs]
    asked = [e for e in expectations if all(np.isfinite(value).all() for value in e.values)]
    return Ladder(Cases.pack([contract.given(e.arguments) for e in asked]), tuple(asked))


def expectation(contract: Contract, arguments: tuple[Any, ...]) -> Expectation:
    """The expected answer by the contract's stable form, without torch."""
    dtype = precision(arguments)
    with np.errstate(all="ignore"):
        values = contract.stable(*arguments)
    several = values if isinstance(values, tuple) else (values,)
    return Expectation(contract, arguments, tuple(np.asarray(value, dtype) for value in several))


def _rungs(contract: Contract, scope: Scope) -> Iterator[tuple[Any, ...]]:
    """Ordinary numbers before extreme ones, float64 before float32, few elements before many."""
    found = sorted(_sizes(contract, scope), key=lambda lengths: _numbers(contract, lengths))
    for patterns in (range(len(PLAIN)), range(len(PLAIN), len(PLAIN) + len(EXTREME))):
        for dtype in scope.dtypes:
            few = found if patterns[0] == 0 else found[:4]
            for lengths, pattern in product(few, patterns):
                rung = _filled(contract, lengths, pattern, np.dtype(dtype), scope)
                if _is_asked(contract, rung, scope):
                    yield rung


def _is_asked(contract: Contract, rung: tuple[Any, ...], scope: Scope) -> bool:
    pairs = zip(contract.arguments, rung, strict=True)
    return not scope.regimes or all(a.kind.asks(float(v), scope) for a, x in pairs if a.is_array for v in np.ravel(x))


def _shape(argument: Argument, lengths: Sizes) -> Shape:
    return sum((lengths[axis] for axis in argument.axes), ())


def _numbers(contract: Contract, lengths: Sizes) -> int:
    """How many numbers the arguments hold."""
    return sum(int(np.prod(_shape(argument, lengths))) for argument in contract.arguments)


def _sizes(contract: Contract, scope: Scope) -> Iterator[Sizes]:
    if sizes.names(contract) == [ANY]:
        yield from ({ANY: shape} for shape in SHAPES if scope.rows == "any" or len(shape) == 2)
    else:
        yield from sizes.small(contract, scope, LENGTHS)


def _filled(contract: Contract, lengths: Sizes, pattern: int, dtype: np.dtype[Any], scope: Scope) -> tuple[Any, ...]:
    """The arguments, filled with different numbers: equal ones would hide which is which."""
    return tuple(
        lengths[a.name][0]
        if not a.is_array and a.name in lengths
        else _argument(a.kind, _shape(a, lengths), pattern, i, lengths, scope, dtype)
        for i, a in enumerate(contract.arguments)
    )


def _argument(
    kind: Kind, shape: Shape, pattern: int, i: int, lengths: Sizes, scope: Scope, dtype: np.dtype[Any]
) -> Any:
    examples = kind.asked_examples(scope)
    if not kind.is_array:
        values = scope.only(kind.key) or examples
        return values[pattern % len(values)]
    if kind.in_rows:
        count, k = (shape[0] if len(shape) == 2 else 1), shape[-1]
        rows = [_row(examples[(pattern + row) % len(examples)], k) for row in range(count)]
        return np.array(rows, dtype).reshape(shape)
    everyday = (*examples, *kind.extreme)
    numbers = np.roll(everyday[(pattern + (0 if kind.extreme else i)) % len(everyday)], i)
    fitting = [x if kind.fits(x, lengths) else kind.simple[0] for x in numbers]
    return np.resize(fitting, shape).astype(kind.dtype(dtype))


def _row(shares: Sequence[float], k: int) -> list[float]:
    """k shares with the same sum."""
    if k == 1:
        return [1.0]
    return [*shares[:k], *[0.0] * (k - len(shares))] if len(shares) <= k else [*shares[: k - 1], sum(shares[k - 1 :])]
