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

from gradecheck.numbers.compare import Expected, errors, precision
from gradecheck.numbers.rounding import UNIT

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

CURVES: Final[Mapping[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]]] = MappingProxyType(
    {
        "reciprocal": (lambda y: 1 / y, lambda y: 1 / y**2),
        "squared": (lambda y: y**2, lambda y: 2 * y),
        "rooted": (np.sqrt, lambda y: 1 / (2 * np.sqrt(y))),
        "logarithm": (np.log, lambda y: 1 / y),
        "exponential": (np.exp, np.exp),
        "one minus": (lambda y: 1 - y, np.ones_like),
    }
)
"""What was done to each value, and the slope by which its bound grows."""

NAMES: Final = (*FACTORS, *CURVES, "transposed")


def signs(actual: Array, expected: Array, tight: Array, arguments: tuple[Any, ...]) -> frozenset[str]:
    """The signs that turn the expected values into the actual ones, within rounding."""
    with np.errstate(all="ignore"):
        found = {
            name
            for name, factor in FACTORS.items()
            if _matches(actual, (f := factor(arguments)) * expected, (1 + abs(f)) * tight)
        }
        found |= {name for name in CURVES if _curved(name, actual, expected, tight, arguments)}
    if expected.ndim == 2 and _matches(actual, expected.T, tight.T):
        found.add("transposed")
    return frozenset(found)


def _curved(name: str, actual: Array, expected: Array, tight: Array, arguments: tuple[Any, ...]) -> bool:
    """Whether all numbers are so that are finite then, and some are."""
    curve, slope = CURVES[name]
    turned = curve(expected).astype(expected.dtype)
    seen = np.isfinite(turned)
    unit = UNIT[precision(arguments)]
    bound = 2 * np.abs(slope(expected)) * tight + 4 * unit * np.abs(turned)  # and of the last operation, on either side
    return bool(seen.any()) and actual.shape == expected.shape and _matches(actual[seen], turned[seen], bound[seen])


def _matches(actual: Array, expected: Array, bound: Array) -> bool:
    return actual.shape == expected.shape and bool((errors(actual, expected) <= bound).all())


def signs_of(actual: Array, i: int, expectation: Expected) -> frozenset[str]:
    """The signs that turn the expected result number i into the actual one, within rounding."""
    return signs(actual, expectation.values[i], expectation.tight[i], expectation.arguments)


def common(found: Iterable[frozenset[str]]) -> frozenset[str]:
    """The signs that all have; none where there is nothing. No further is looked than one is left."""
    left: frozenset[str] | None = None
    for own in found:
        left = own if left is None else left & own
        if not left:
            break
    return left or frozenset()


def common_signs(failures: Iterable[tuple[tuple[Array, ...], Expected]]) -> Mapping[str, str]:
    """For each result that is wrong in some failing case, the one sign that explains all of them, if there is one."""
    seen = [
        (arrays, expectation)
        for arrays, expectation in failures
        # no rows to count, or NaN, which no factor changes
        if all(np.size(x) and np.isfinite(x).all() for x in expectation.arguments)
    ]
    names = seen[0][1].names if seen else ()
    shared = {
        name: common(
            signs_of(arrays[i], i, e) for arrays, e in seen if not _matches(arrays[i], e.values[i], e.tight[i])
        )
        for i, name in enumerate(names)
    }
    return MappingProxyType({name: next(iter(own)) for name, own in shared.items() if len(own) == 1})
