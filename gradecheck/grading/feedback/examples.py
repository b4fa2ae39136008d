"""A ladder of small inputs for every function, the simplest first: where a submission goes wrong, some rung shows it.

The rungs depend on the contract and on what is asked, so that one call asks them all and no search is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.compare import Expectation
from gradecheck.contract import ANY, Argument, Contract
from gradecheck.grading.jail.protocol import Cases
from gradecheck.regimes import asks
from gradecheck.scope import SUBMISSION, Scope

Array = NDArray[Any]
Shape = tuple[int, ...]

SHAPES: Final[tuple[Shape, ...]] = ((1,), (2,), (3,), (1, 2), (2, 1), (2, 2), (2, 3))
LENGTHS: Final = (1, 2, 3)
PLAIN: Final = ((1.0, 2.0, 3.0, 4.0), (-1.0, 2.0, 1.0, -3.0), (0.5, -2.0, 0.0, 1.0), (0.0, 1.0, -1.0, 0.0), (0.0,))
EXTREME: Final = (
    *((v, 0.0, -v / 2, 1.0) for v in (10.0, -10.0, 20.0, -20.0, 40.0, -40.0, 100.0, -100.0)),
    *((v, 0.0, -v, 1.0) for v in (800.0, -800.0, 1e4, -1e4, 1e-3, -1e-3, 1e-5, -1e-5, 1e-9, -1e-9, 1e-20)),
)
SHARES: Final = ((0.25, 0.75), (0.5, 0.5), (1.0, 0.0), (0.0, 1.0), (0.2, 0.3, 0.5), (1e-10, 1.0), (1e-20, 1.0))
ONE_CLASS: Final = ((1.0, 0.0), (0.0, 1.0))
BOTH: Final = ((0.5, 0.5), (0.25, 0.75))
TARGETS: Final = {"any": (*ONE_CLASS, *BOTH), "one-hot": ONE_CLASS, "soft": BOTH}
SCALARS: Final = {"alpha": (0.5, 0.01, 0.0), "lr": (0.5, 0.1, 1.0), "mu": (0.5, 0.9, 0.0), "steps": (1, 2, 3)}


@dataclass(frozen=True)
class Ladder:
    """The rungs of one function: their arguments, packed to be called, and what right answers look like."""

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
    """What a right answer looks like, by the contract's stable form: no torch."""
    dtype = next(x.dtype for x in arguments if isinstance(x, np.ndarray))
    with np.errstate(all="ignore"):
        values = contract.stable(*arguments)
    several = values if isinstance(values, tuple) else (values,)
    return Expectation(contract, arguments, tuple(np.asarray(value, dtype) for value in several))


def _rungs(contract: Contract, scope: Scope) -> Iterator[tuple[Any, ...]]:
    """Ordinary numbers before extreme ones, float64 before float32, few elements before many."""
    sizes = sorted(_sizes(contract, scope), key=lambda size: sum(np.prod(shape) for shape in size))
    for patterns in (range(len(PLAIN)), range(len(PLAIN), len(PLAIN) + len(EXTREME))):
        for dtype in scope.dtypes:
            few = sizes if patterns[0] == 0 else sizes[:4]
            for size, pattern in product(few, patterns):
                rung = _filled(contract, size, pattern, np.dtype(dtype), scope)
                if _is_asked(contract, rung, scope):
                    yield rung


def _is_asked(contract: Contract, rung: tuple[Any, ...], scope: Scope) -> bool:
    pairs = zip(contract.arguments, rung, strict=True)
    numbers = ((a.kind, float(v)) for a, x in pairs if a.is_array and "targets" not in a.kind for v in np.ravel(x))
    return not scope.regimes or all(asks(scope, kind, v) for kind, v in numbers)


def _sizes(contract: Contract, scope: Scope) -> Iterator[tuple[Shape, ...]]:
    """The shape of every argument, () for a Python number."""
    axes = sorted({axis for argument in contract.arguments for axis in argument.axes})
    if axes == [ANY]:
        shapes = [shape for shape in SHAPES if scope.rows == "any" or len(shape) == 2]
        yield from (tuple(shape if a.is_array else () for a in contract.arguments) for shape in shapes)
        return
    present: list[Shape] = [(n,) for n in LENGTHS]
    choices = [[*present, ()] if axis.endswith("?") and scope.rows == "any" else present for axis in axes]
    for lengths in product(*choices):
        named = dict(zip(axes, lengths, strict=True))
        yield tuple(sum((named[axis] for axis in a.axes), ()) for a in contract.arguments)


def _filled(
    contract: Contract, shapes: tuple[Shape, ...], pattern: int, dtype: np.dtype[Any], scope: Scope
) -> tuple[Any, ...]:
    return tuple(
        _argument(argument, shape, pattern, i, dtype, scope)
        for i, (argument, shape) in enumerate(zip(contract.arguments, shapes, strict=True))
    )


def _argument(argument: Argument, shape: Shape, pattern: int, i: int, dtype: np.dtype[Any], scope: Scope) -> Any:
    """Every argument has numbers of its own: equal ones would hide which is which."""
    if not argument.is_array:
        values = scope.only(argument.kind) or SCALARS[argument.kind]
        return values[pattern % len(values)]
    if argument.kind in ("probabilities", "targets", "class targets"):
        rows = SHARES if argument.kind == "probabilities" else TARGETS[scope.targets]
        count, k = (shape[0] if len(shape) == 2 else 1), shape[-1]
        shares = [_row(rows[(pattern + row) % len(rows)], k) for row in range(count)]
        return np.array(shares, dtype).reshape(shape)
    everyday = (*PLAIN, *EXTREME) if argument.kind == "real" else PLAIN
    numbers = np.roll(everyday[(pattern + (0 if argument.kind == "real" else i)) % len(everyday)], i)
    return np.resize(numbers, shape).astype(dtype)


def _row(shares: Sequence[float], k: int) -> list[float]:
    """k shares that sum to what they summed to."""
    if k == 1:
        return [1.0]
    return [*shares[:k], *[0.0] * (k - len(shares))] if len(shares) <= k else [*shares[: k - 1], sum(shares[k - 1 :])]
