"""The named regimes of numbers. Which values are drawn catches more mistakes than any tolerance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from numpy.random import Generator

    from gradecheck.arguments.scope import Scope
    from gradecheck.cases.case import Check, Shape
    from gradecheck.packs.contract import Signature

Array = NDArray[Any]


@dataclass(frozen=True)
class Regime:
    """A named kind of values: `fill` makes real numbers; `check` says what a failure here costs a submission.

    sizes: the smallest and the largest |x| that a simple example of the regime may hold.    zero: whether 0, too.
    spread: of the logits that probabilities are made of.
    asked is false where a submission may do as it likes, and only manual/ and reference/ are held to torch.
    """

    name: str
    check: Check
    fill: Callable[[Generator, Shape, np.dtype[Any]], Array]
    sizes: tuple[float, float] = (0.01, 20.0)
    zero: bool = False
    spread: float = 1.0
    asked: bool = True


# -- the regimes of real numbers


def _signs(rng: Generator, shape: Shape) -> Array:
    return rng.choice([-1.0, 1.0], shape)


def _moderate(rng: Generator, shape: Shape, dtype: np.dtype[Any]) -> Array:
    return 3 * rng.standard_normal(shape)


def _mixed(rng: Generator, shape: Shape, dtype: np.dtype[Any]) -> Array:
    return _signs(rng, shape) * 10.0 ** rng.uniform(-8, 1, shape)


def _tiny(rng: Generator, shape: Shape, dtype: np.dtype[Any]) -> Array:
    return _signs(rng, shape) * 10.0 ** rng.uniform(-30, -6, shape)


def _subnormal(rng: Generator, shape: Shape, dtype: np.dtype[Any]) -> Array:
    return _signs(rng, shape) * rng.integers(0, 1000, shape) * float(np.finfo(dtype).smallest_subnormal)


def _large(rng: Generator, shape: Shape, dtype: np.dtype[Any]) -> Array:
    return _signs(rng, shape) * 10.0 ** rng.uniform(1, 4, shape)


TOP: Final = MappingProxyType({2: 4.8, 4: 18, 8: 150})
"""The largest power of 10 in 2, 4 and 8 bytes, of which the square is finite where that can be."""


def _huge(rng: Generator, shape: Shape, dtype: np.dtype[Any]) -> Array:
    top = TOP[dtype.itemsize]
    return _signs(rng, shape) * 10.0 ** rng.uniform(4, top, shape)


EDGES: Final = (16.6, 36.7, 88.0, 88.72, 103.97, 709.0, 709.78, 745.13, 746.0)
"""Where e^x swallows 1, overflows or underflows, in float32 and float64."""


def _overflow_edges(rng: Generator, shape: Shape, dtype: np.dtype[Any]) -> Array:
    return _signs(rng, shape) * (rng.choice(EDGES, shape) + rng.uniform(-0.5, 0.5, shape))


def _ties(rng: Generator, shape: Shape, dtype: np.dtype[Any]) -> Array:
    return rng.integers(-2, 3, shape).astype(np.float64)


def _zeros(rng: Generator, shape: Shape, dtype: np.dtype[Any]) -> Array:
    return np.where(rng.random(shape) < 0.5, rng.choice([0.0, -0.0], shape), _moderate(rng, shape, dtype))


def _nonfinite(rng: Generator, shape: Shape, dtype: np.dtype[Any]) -> Array:
    wild = rng.choice([np.nan, np.inf, -np.inf], shape)
    return np.where(rng.random(shape) < 0.15, wild, _moderate(rng, shape, dtype))


REGIMES: Final[Mapping[str, Regime]] = MappingProxyType(
    {
        r.name: r
        for r in (
            Regime("moderate", "correctness", _moderate),
            Regime("mixed scales", "correctness", _mixed, (1e-8, 10.0)),
            Regime("close", "correctness", _moderate),  # arrays of one shape differ in their last digits
            Regime("tiny", "correctness", _tiny, (1e-30, 1e-6), spread=30.0),
            Regime("ties", "edges", _ties, (1.0, 2.0), zero=True),
            Regime("zeros", "edges", _zeros, zero=True),
            Regime("large", "stability", _large, (10.0, 1e4), spread=60.0),
            Regime("overflow edges", "stability", _overflow_edges, (16.0, 747.0), spread=80.0),
            Regime("hostile", "stability", _moderate, (1e-8, 1e4), zero=True),  # with hostile numbers of the recipe
            Regime("huge", "stability", _huge, (1e4, 1e150), spread=200.0),
            Regime("subnormal", "edges", _subnormal, (5e-324, 1e-308), zero=True, spread=200.0, asked=False),
            Regime("empty", "edges", _moderate, asked=False),  # no rows
            Regime("nonfinite", "edges", _nonfinite, asked=False),
        )
    }
)

HOSTILE: Final = (0.0, -0.0, 1.0, -1.0, 0.5, 1e-8, -1e-8, 5e-324, 1e-300, *EDGES, *(-x for x in EDGES), 1e4, -1e4)
MILD: Final = ("moderate", "ties", "zeros", "close")

MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "moderate": "ordinary numbers around 0, most of them below 10",
        "mixed scales": "numbers from 1e-8 to 10 in one array",
        "close": "arguments that differ from each other in their last digits only",
        "tiny": "numbers from 1e-30 to 1e-6; as probabilities, those of scores far apart",
        "ties": "small whole numbers, many of them equal; as probabilities, equal or rounded ones",
        "zeros": "every other number is 0 or -0; as probabilities, one in three is 0",
        "large": "numbers from 10 to 10000",
        "overflow edges": "numbers around which e^x overflows, underflows or swallows 1",
        "hostile": "ordinary numbers, and among them one or two that break formulas: 0, 5e-324, 88.72, 709.78, ...",
        "huge": "numbers from 1e4 to 1e18 in float32, to 1e150 in float64",
        "subnormal": "numbers below the smallest that has all its digits",
        "empty": "arrays without rows",
        "nonfinite": "NaN and infinities among ordinary numbers",
    }
)
"""What each regime is, for whoever reads its name."""


def regimes_of(contract: Signature, scope: Scope) -> tuple[str, ...]:
    """The regimes of the scope that say something about the contract; none where it is asked nothing."""
    silent = frozenset[str]().union(*(argument.kind.silent for argument in contract.arguments))
    asked = (r.name for r in REGIMES.values() if r.asked or scope.everything)
    return tuple(name for name in asked if name not in silent and name in (scope.regimes or REGIMES))
