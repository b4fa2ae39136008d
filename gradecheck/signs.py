"""Generic signs of a mistake: what a wrong answer has in common with the right one.

A sign is a transformation of the right answer. It is named only where it explains every failing case seen and no
other sign does; nothing is named on a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.compare import Expectation, errors

Array = NDArray[Any]


def _rows(arguments: tuple[Any, ...]) -> int:
    """The n of the formula: rows of the first two-dimensional argument."""
    return next((len(x) for x in arguments if np.ndim(x) == 2), 1)


def _columns(arguments: tuple[Any, ...]) -> int:
    """The k of the formula: the length of the first array's last axis."""
    return next((x.shape[-1] for x in arguments if np.ndim(x)), 1)


def _elements(arguments: tuple[Any, ...]) -> int:
    return next((x.size for x in arguments if isinstance(x, np.ndarray)), 1)


Factor = Callable[[tuple[Any, ...]], float]

FACTORS: Final[Mapping[str, Factor]] = MappingProxyType(
    {
        "negated": lambda arguments: -1.0,
        "times 2": lambda arguments: 2.0,
        "half": lambda arguments: 0.5,
        "times n": lambda arguments: float(_rows(arguments)),
        "divided by n": lambda arguments: 1 / _rows(arguments),
        "times k": lambda arguments: float(_columns(arguments)),
        "divided by k": lambda arguments: 1 / _columns(arguments),
        "times all elements": lambda arguments: float(_elements(arguments)),
        "divided by all elements": lambda arguments: 1 / _elements(arguments),
        "log base 2": lambda arguments: 1 / float(np.log(2.0)),
        "log base 10": lambda arguments: 1 / float(np.log(10.0)),
        "zeros": lambda arguments: 0.0,
    }
)


def _matches(actual: Array, expected: Array, bound: Array) -> bool:
    return actual.shape == expected.shape and bool((errors(actual, expected) <= bound).all())


def signs_of(actual: Array, i: int, expectation: Expectation) -> frozenset[str]:
    """The signs that turn the expected result number i into the actual one, within rounding."""
    expected, tight = expectation.values[i], expectation.tight[i]
    with np.errstate(all="ignore"):
        found = {
            name
            for name, factor in FACTORS.items()
            if _matches(actual, (f := factor(expectation.arguments)) * expected, (1 + abs(f)) * tight)
        }
    if expected.ndim == 2 and _matches(actual, expected.T, tight.T):
        found.add("transposed")
    return frozenset(found)


def common_signs(failures: Iterable[tuple[tuple[Array, ...], Expectation]]) -> Mapping[str, str]:
    """For each result that is wrong in some failing case, the one sign that explains all of them, if there is one."""
    left: dict[str, frozenset[str]] = {}
    for arrays, expectation in failures:
        if not all(np.size(x) and np.isfinite(x).all() for x in expectation.arguments):
            continue  # no rows to count, or NaN, which no factor changes
        for i, (name, actual) in enumerate(zip(expectation.contract.results, arrays, strict=True)):
            if _matches(actual, expectation.values[i], expectation.tight[i]):
                continue
            signs = signs_of(actual, i, expectation)
            left[name] = left[name] & signs if name in left else signs
    return MappingProxyType({name: next(iter(signs)) for name, signs in left.items() if len(signs) == 1})
