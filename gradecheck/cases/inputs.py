"""Inputs: the structure of a case is drawn, by Hypothesis or from a seed, and the case's own seed fills its arrays.

A Case can be rebuilt from its Recipe alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from gradecheck.arguments import sizes
from gradecheck.arguments.kinds import Filling
from gradecheck.arguments.regimes import HOSTILE, REGIMES, regimes_of
from gradecheck.arguments.scope import EVERYTHING, Scope
from gradecheck.cases.case import Case, Check, Recipe, Shape
from gradecheck.packs.contract import ANY, Signature

Array = NDArray[Any]
Choices = tuple[Any, ...] | range
Choose = Callable[[Choices], Any]

LAYOUTS: Final = ("C", "F", "strided", "reversed", "read-only")


# -- filling a recipe


def _laid_out(x: Array, layout: str) -> Array:
    """The same numbers in another memory layout."""
    if layout == "F":
        return np.asfortranarray(x)
    if layout == "strided" and x.ndim:
        wide = np.full((*x.shape[:-1], 2 * x.shape[-1]), np.nan if x.dtype.kind == "f" else 0, x.dtype)
        wide[..., ::2] = x
        return wide[..., ::2]
    if layout == "reversed" and x.ndim:
        return np.ascontiguousarray(x[::-1])[::-1]
    if layout == "read-only":
        x.flags.writeable = False
    return x


def _check(contract: Signature, recipe: Recipe) -> Check:
    """What a failure costs."""
    regime = REGIMES[recipe.regime]
    if any(regime.name in argument.kind.unstable for argument in contract.arguments):
        return "stability"
    narrow = any(1 in shape for axis, shape in recipe.sizes if axis in _axes(contract))
    return "edges" if regime.check == "correctness" and narrow else regime.check


def _axes(contract: Signature) -> set[str]:
    return {axis for argument in contract.arguments for axis in argument.axes}


def fill(contract: Signature, recipe: Recipe, scope: Scope = EVERYTHING) -> Case:
    """The case that the recipe describes, of what the scope asks."""
    rng = np.random.default_rng(recipe.seed)
    dtype = np.dtype(recipe.dtype)
    lengths = dict(recipe.sizes)
    arguments: list[Any] = []
    for argument in contract.arguments:
        kind, only = argument.kind, scope.only(argument.kind.key)
        if not argument.is_array and argument.name in lengths:
            arguments.append(*lengths[argument.name])
            continue
        if only:
            arguments.append(only[int(rng.integers(len(only)))])
            continue
        shape: Shape = sum((lengths[axis] for axis in argument.axes), ())
        regime = REGIMES[recipe.regime]
        x = kind.fill(Filling(rng, regime, recipe.hostile, shape, dtype, scope, lengths, tuple(arguments)))
        with np.errstate(over="ignore", under="ignore"):
            arguments.append(np.array(x, kind.dtype(dtype)) if argument.is_array else x)
    if contract.possible is not None and not scope.everything:
        arguments = list(contract.possible.nearest(tuple(arguments), scope))
    laid_out = (_laid_out(x, recipe.layout) if isinstance(x, np.ndarray) else x for x in arguments)
    return Case(contract.name, _check(contract, recipe), tuple(laid_out), recipe)


# -- drawing recipes


def _emptied(contract: Signature, drawn: dict[str, Shape]) -> dict[str, Shape]:
    """The same sizes without rows, where these may be."""
    empty: dict[str, Shape] = {ANY: (0, 3), "n": (0,), "n?": (0,)}
    free = {axis: empty.get(axis, drawn[axis]) for axis in sizes.names(contract)}
    return sizes.met(contract, free) or drawn


def _recipe(contract: Signature, dtype: str, scope: Scope, choose: Choose) -> Recipe:
    """A recipe, one choice after another."""
    layout = choose(tuple(layout for layout in LAYOUTS if scope.everything or layout != "read-only"))
    drawn = sizes.draw(contract, scope, choose)
    hostile = (choose(HOSTILE), choose(HOSTILE))
    # Hypothesis makes some choices often and others never; a hash of them all meets every regime evenly.
    seed = zlib.crc32(repr((layout, tuple(drawn.values()), hostile, choose(range(2**32)))).encode())
    regimes = regimes_of(contract, scope)
    regime = regimes[seed % len(regimes)]
    if regime == "empty":
        drawn = _emptied(contract, drawn)
    return Recipe(
        contract.name, dtype, regime, layout, tuple(drawn.items()), hostile if regime == "hostile" else (), seed
    )


@cache
def _one_of(options: Choices) -> st.SearchStrategy[Any]:
    return st.sampled_from(options)


@cache  # Hypothesis looks into a strategy when it first draws from it, which takes longer than the draw
def recipes(contract: Signature, dtype: str, scope: Scope = EVERYTHING) -> st.SearchStrategy[Recipe]:
    """Recipes of cases for the contract; the regimes are drawn evenly.

    Values do not shrink with a recipe; shrink.py looks for the smallest case by its elements.
    """

    @st.composite
    def drawn(draw: st.DrawFn) -> Recipe:
        return _recipe(contract, dtype, scope, lambda options: draw(_one_of(options)))

    return drawn()


@cache
def cases(contract: Signature, dtype: str, scope: Scope = EVERYTHING) -> st.SearchStrategy[Case]:
    """Cases for the contract: recipes, filled."""
    return recipes(contract, dtype, scope).map(lambda recipe: fill(contract, recipe, scope))


def sample(contract: Signature, dtype: str, count: int, seed: int, scope: Scope = EVERYTHING) -> Iterator[Case]:
    """That many cases for the contract, always the same for the same seed.

    Hypothesis does not promise that: it draws constants of whatever modules are imported, and so a bank, or a
    report, would depend on who asked for it.
    """
    rng = np.random.default_rng([seed, *f"{contract.name} {dtype}".encode()])
    for _ in range(count):
        recipe = _recipe(contract, dtype, scope, lambda options: options[int(rng.integers(len(options)))])
        yield fill(contract, recipe, scope)


MANY: Final = 200
"""So many cases meet every branch of a contract that can be met at all."""


def branches_of(contract: Signature, dtype: str, scope: Scope) -> frozenset[str]:
    """The branches of the contract that its cases in the scope can meet."""
    if not scope.narrow:
        return frozenset(contract.branches)
    cases = list(sample(contract, dtype, MANY, 0, scope))
    holds = contract.branches.items()
    return frozenset(name for name, condition in holds if any(np.any(condition(*c.arguments)) for c in cases))
