"""A ladder of small inputs for every function, the simplest first: where an answer goes wrong, some rung shows it.

The rungs depend on the contract and on what is asked, so that one call asks them all and no search is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, Final

import numpy as np

from gradecheck.arguments import sizes
from gradecheck.arguments.kinds import EXTREME, PLAIN, Kind, Sizes
from gradecheck.arguments.scope import Scope
from gradecheck.packs.contract import ANY, Argument, Contract

Shape = tuple[int, ...]

SHAPES: Final[tuple[Shape, ...]] = ((1,), (2,), (3,), (1, 2), (2, 1), (2, 2), (2, 3))
LENGTHS: Final = (1, 2, 3)


def rungs(contract: Contract, scope: Scope) -> Iterator[tuple[Any, ...]]:
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
    """How many the arguments hold."""
    return sum(int(np.prod(_shape(argument, lengths))) for argument in contract.arguments)


def _sizes(contract: Contract, scope: Scope) -> Iterator[Sizes]:
    if sizes.names(contract) == [ANY]:
        yield from ({ANY: shape} for shape in SHAPES if scope.rows == "any" or len(shape) == 2)
    else:
        yield from sizes.small(contract, scope, LENGTHS)


def _filled(contract: Contract, lengths: Sizes, pattern: int, dtype: np.dtype[Any], scope: Scope) -> tuple[Any, ...]:
    """Every argument has numbers of its own: equal ones would hide which is which."""
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
    """k shares that sum to what they summed to."""
    if k == 1:
        return [1.0]
    return [*shares[:k], *[0.0] * (k - len(shares))] if len(shares) <= k else [*shares[: k - 1], sum(shares[k - 1 :])]
