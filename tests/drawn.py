"""Cases for the tests of the engine: drawn from a fixed seed, so that a test can look at all of them together."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from flint import arb
from hypothesis import settings

from gradecheck.arguments.scope import Scope
from gradecheck.cases.case import Case, Recipe
from gradecheck.cases.inputs import sample
from gradecheck.numbers.rounding import Ball
from gradecheck.numbers.truth import to_floats, truth
from tests.lecture import CONTRACTS

DTYPES = ("float64", "float32")
LARGE = 200
"""Elements of a case from which on its truth takes longer than it is worth."""


@cache
def cases_of(name: str, dtype: str, scope: Scope, count: int) -> tuple[Case, ...]:
    """That many cases for the contract, of those that verify and a bank draw."""
    return tuple(sample(CONTRACTS[name], dtype, count, 0, scope))


def recipes_of(name: str, dtype: str, scope: Scope, count: int) -> tuple[Recipe, ...]:
    """The recipes of these cases."""
    return tuple(case.recipe for case in cases_of(name, dtype, scope, count))


@dataclass(frozen=True)
class Known:
    """A case of finite numbers, its true results as the float64 nearest and what is left, and the stable form's balls.

    There is no true result where the first is NaN.
    """

    case: Case
    true: tuple[tuple[np.ndarray, np.ndarray], ...]
    stable: tuple[Ball, ...]


@cache
def known_cases(name: str, dtype: str, scope: Scope) -> list[Known]:
    """Small cases of the contract, each with the truth."""
    contract = CONTRACTS[name]
    cases = cases_of(name, dtype, scope, round(0.6 * settings().max_examples))
    cases = [case for case in cases if sum(map(np.size, case.arguments)) <= LARGE]
    return [
        Known(case, tuple(map(split, truth(contract, case.arguments))), balls(contract.stable, case.arguments))
        for case in cases
        if all(np.isfinite(x).all() for x in case.arguments)
    ]


def split(true: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Arbitrary precision as the sum of two float64."""
    near = to_floats(true)
    rest = [float((t - arb(x)).mid()) if np.isfinite(x) else 0.0 for t, x in zip(true.flat, near.flat, strict=True)]
    return near, np.array(rest, np.float64).reshape(near.shape)


def several(results) -> tuple:
    return results if isinstance(results, tuple) else (results,)


def balls(form, arguments) -> tuple[Ball, ...]:
    """The results of a form for these arguments, each with its rounding error."""
    return several(form(*(Ball(x) if isinstance(x, np.ndarray) else x for x in arguments)))


def distances(values, bounds: tuple[Ball, ...], true) -> np.ndarray:
    """Each judged error over its radius: inf for an error where there is no room, or for inf and NaN."""
    found = [np.zeros(1)]
    for value, ball, (near, rest) in zip(several(values), bounds, true, strict=True):
        judged = ~np.isnan(near) & np.isfinite(ball.rad)
        with np.errstate(all="ignore"):
            error = np.abs((np.asarray(value, np.float64) - near) - rest)
            ratio = np.where(np.isnan(error), np.inf, np.where(error == 0, 0.0, error / ball.rad))
        found.append(ratio[judged])
    return np.concatenate(found)
