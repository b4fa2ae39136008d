"""Inputs: the structure of a case is drawn, by Hypothesis or from a seed, and the case's own seed fills its arrays.

A Case can be rebuilt from its Recipe alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from hypothesis import strategies as st
from numpy.random import Generator
from numpy.typing import NDArray

from gradecheck.contract import ANY, Argument, Contract
from gradecheck.records import Case, Check, Recipe, Shape
from gradecheck.regimes import HOSTILE, MILD, REGIMES, Regime, regimes_of
from gradecheck.scope import EVERYTHING, Scope

Array = NDArray[Any]
Options = tuple[Any, ...] | range
Choose = Callable[[Options], Any]

LAYOUTS: Final = ("C", "F", "strided", "reversed", "read-only")


# -- filling one argument by what it holds


def _features(rng: Generator, regime: Regime, shape: Shape, dtype: np.dtype[Any]) -> Array:
    """The rows that a training run learns from: never wild, or every run would explode at once."""
    return (regime if regime.name in MILD else REGIMES["moderate"]).fill(rng, shape, dtype)


def _upstream(rng: Generator, regime: Regime, shape: Shape, dtype: np.dtype[Any]) -> Array:
    """Never ones: ones make every softmax gradient 0."""
    grad: Array = rng.standard_normal(shape) * 10.0 ** rng.uniform(-1, 1)
    return np.where(rng.random(shape) < 0.3, 0.0, grad) if regime.name == "zeros" else grad


def _targets(rng: Generator, shape: Shape, scope: Scope) -> Array:
    """Rows that sum to 1: one class, or several by shares, some of them 0."""
    n, k = shape
    one_hot = np.eye(k)[rng.integers(0, k, n)] if k else np.zeros(shape)
    shares = np.where(rng.random(shape) < 0.2, 0.0, rng.random(shape))
    total = shares.sum(axis=-1, keepdims=True)
    soft = np.where(total > 0, shares / np.where(total > 0, total, 1), one_hot)
    kind = rng.integers(3)
    if scope.targets == "one-hot":
        return one_hot
    if scope.targets == "soft":
        return np.where(soft.max(axis=-1, keepdims=True, initial=0.0) < 1, soft, (soft + 1 / max(k, 1)) / 2)
    if kind < 2:
        return one_hot if kind == 0 else soft
    return np.where(rng.random((n, 1)) < 0.5, one_hot, soft)


def _free_targets(rng: Generator, shape: Shape, scope: Scope) -> Array:
    """As above, but a row may also carry another sum."""
    t = _targets(rng, shape, scope)
    return t * rng.choice([0.5, 1.0, 1.0, 1.0, 2.0], (shape[0], 1)) if rng.random() < 0.3 else t


def _probabilities(rng: Generator, regime: Regime, shape: Shape, dtype: np.dtype[Any]) -> Array:
    x = regime.spread * rng.standard_normal(shape)
    e = np.exp(x - x.max(axis=-1, keepdims=True, initial=-np.inf))
    p: Array = e / e.sum(axis=-1, keepdims=True)
    if regime.name in ("ties", "hostile") and shape[-1]:
        p = np.broadcast_to(1 / shape[-1], shape).copy() if rng.random() < 0.5 else np.round(p, 2)
    if regime.name == "zeros":
        p = np.where(rng.random(shape) < 0.3, 0.0, p)
    return p


def _choice(*common: float, other: Callable[[Generator], float]) -> Callable[[Generator], float]:
    """One of the values of the lecture two times in three, any other the third time."""
    return lambda rng: float(rng.choice(common)) if rng.random() < 0.67 else float(other(rng))


SCALARS: Final[Mapping[str, Callable[[Generator], float]]] = MappingProxyType(
    {
        "alpha": _choice(0.01, 0.0, 1.0, 0.2, other=lambda rng: rng.uniform(0, 1)),
        "lr": _choice(0.01, 0.001, 0.1, 1.0, other=lambda rng: 10 ** rng.uniform(-4, 0)),
        "mu": _choice(0.9, 0.0, 0.5, 0.99, other=lambda rng: rng.uniform(0, 1)),
        "steps": lambda rng: int(rng.integers(1, 6)),
    }
)


def _scalar(rng: Generator, kind: str, scope: Scope) -> float:
    only = scope.only(kind)
    return only[int(rng.integers(len(only)))] if only else SCALARS[kind](rng)


def _shape(argument: Argument, sizes: Mapping[str, Shape]) -> Shape:
    return sum((sizes[axis] for axis in argument.axes), ())


def _fill_real(rng: Generator, recipe: Recipe, shape: Shape, dtype: np.dtype[Any]) -> Array:
    x = REGIMES[recipe.regime].fill(rng, shape, dtype)
    if x.size:
        for value in recipe.hostile:
            x.flat[rng.integers(x.size)] = value
    return x


def _values(
    rng: Generator, argument: Argument, recipe: Recipe, shape: Shape, dtype: np.dtype[Any], scope: Scope
) -> Array:
    """The argument's numbers in float64; rows of targets and probabilities are made 2-D first."""
    regime = REGIMES[recipe.regime]
    if argument.kind == "real":
        return _fill_real(rng, recipe, shape, dtype)
    if argument.kind == "features":
        return _features(rng, regime, shape, dtype)
    if argument.kind == "upstream":
        return _upstream(rng, regime, shape, dtype)
    two_d = shape if len(shape) == 2 else (1, *shape)
    if argument.kind == "probabilities":
        return _probabilities(rng, regime, two_d, dtype).reshape(shape)
    sums_to_1 = not scope.everything or scope.targets != "any" or (argument.kind == "class targets" and regime.asked)
    return (_targets if sums_to_1 else _free_targets)(rng, two_d, scope).reshape(shape)


def _laid_out(x: Array, layout: str) -> Array:
    """The same numbers in another memory layout."""
    if layout == "F":
        return np.asfortranarray(x)
    if layout == "strided" and x.ndim:
        wide = np.full((*x.shape[:-1], 2 * x.shape[-1]), np.nan, x.dtype)
        wide[..., ::2] = x
        return wide[..., ::2]
    if layout == "reversed" and x.ndim:
        return np.ascontiguousarray(x[::-1])[::-1]
    if layout == "read-only":
        x.flags.writeable = False
    return x


def _check(contract: Contract, recipe: Recipe) -> Check:
    """What a failure costs. Tiny probabilities are what a softmax gives where the slide's form is near underflow."""
    regime = REGIMES[recipe.regime]
    if regime.name == "tiny" and any(argument.kind == "probabilities" for argument in contract.arguments):
        return "stability"
    narrow = any(1 in shape for _, shape in recipe.sizes)
    return "edges" if regime.check == "correctness" and narrow else regime.check


def fill(contract: Contract, recipe: Recipe, scope: Scope = EVERYTHING) -> Case:
    """The case that the recipe describes, of what the scope asks."""
    rng = np.random.default_rng(recipe.seed)
    dtype = np.dtype(recipe.dtype)
    sizes = dict(recipe.sizes)
    arguments: list[Any] = []
    for argument in contract.arguments:
        if not argument.is_array:
            arguments.append(_scalar(rng, argument.kind, scope))
            continue
        shape = _shape(argument, sizes)
        if recipe.regime == "close" and arguments and np.shape(arguments[0]) == shape and argument.kind == "real":
            x = arguments[0] * (1 + 1e-6 * rng.standard_normal(shape))
        else:
            x = _values(rng, argument, recipe, shape, dtype, scope)
        with np.errstate(over="ignore", under="ignore"):
            arguments.append(np.array(x, dtype))
    if contract.arguments[0].kind == "probabilities" and not scope.everything:
        p, t = arguments
        arguments = _possible(p, t, scope)
    laid_out = (_laid_out(x, recipe.layout) if isinstance(x, np.ndarray) else x for x in arguments)
    return Case(contract.name, _check(contract, recipe), tuple(laid_out), recipe)


def _possible(p: Array, t: Array, scope: Scope) -> list[Array]:
    """p = 0 with t > 0 makes the loss infinite, which nobody is asked: there t becomes 0, and its row sums to 1 again.

    Where nothing of a row is left, the likeliest class is the right one, and has all of p if no class has any.
    Shares stay as they are where they are asked; there p becomes what it is where all classes are as likely.
    """
    smallest = np.finfo(p.dtype).smallest_normal
    p = np.where((p > 0) & (p < smallest), smallest, p)  # the reciprocal of a subnormal p overflows
    impossible = (p == 0) & (t > 0)
    lost = impossible.any(axis=-1, keepdims=True)
    if not lost.any():
        return [p, t]
    likeliest = np.arange(p.shape[-1]) == p.argmax(axis=-1, keepdims=True)
    if scope.targets == "soft":
        likely, shares = np.where(impossible, 1 / p.shape[-1], p), t
    else:
        likely = np.where((p.max(axis=-1, keepdims=True) == 0) & likeliest, 1, p)
        kept = np.where(impossible, 0.0, t)
        shares = np.where(kept.any(axis=-1, keepdims=True), kept, likeliest)
        shares = np.where(lost, shares / shares.sum(axis=-1, keepdims=True), t)
    return [np.where(lost, likely, p).astype(p.dtype), shares.astype(t.dtype)]


# -- drawing recipes

_LENGTHS: Final = (1, 2, 3, 4, 5, 7, 8, 16, 33)
_SHAPES: Final = ((3,), (1,), (7,), (2, 3), (4, 1), (1, 5), (5, 5), (16, 9), (2, 3, 4))


def _sizes_of(axis: str, scope: Scope) -> tuple[Shape, ...]:
    if axis == ANY:
        shapes = (*_SHAPES, ()) if scope.everything else _SHAPES
        return tuple(shape for shape in shapes if len(shape) == 2) if scope.rows == "2-D" else shapes
    lengths = tuple((n,) for n in _LENGTHS)
    return (*lengths, (), (), ()) if axis.endswith("?") and scope.rows == "any" else lengths


def _emptied(sizes: dict[str, Shape]) -> dict[str, Shape]:
    """The same sizes without rows."""
    empty: dict[str, Shape] = {ANY: (0, 3), "n": (0,), "n?": (0,)}
    return {axis: empty.get(axis, size) for axis, size in sizes.items()}


def _recipe(contract: Contract, dtype: str, scope: Scope, choose: Choose) -> Recipe:
    """A recipe, one choice after another."""
    axes = sorted({axis for argument in contract.arguments for axis in argument.axes})
    layout = choose(tuple(layout for layout in LAYOUTS if scope.everything or layout != "read-only"))
    sizes = {axis: choose(_sizes_of(axis, scope)) for axis in axes}
    hostile = (choose(HOSTILE), choose(HOSTILE))
    # Hypothesis makes some choices often and others never; a hash of them all meets every regime evenly.
    seed = zlib.crc32(repr((layout, tuple(sizes.values()), hostile, choose(range(2**32)))).encode())
    regimes = regimes_of(contract, scope)
    regime = regimes[seed % len(regimes)]
    if regime == "empty":
        sizes = _emptied(sizes)
    return Recipe(
        contract.name, dtype, regime, layout, tuple(sizes.items()), hostile if regime == "hostile" else (), seed
    )


@cache
def _one_of(options: Options) -> st.SearchStrategy[Any]:
    return st.sampled_from(options)


@cache  # Hypothesis looks into a strategy when it first draws from it, which takes longer than the draw
def recipes(contract: Contract, dtype: str, scope: Scope = EVERYTHING) -> st.SearchStrategy[Recipe]:
    """Recipes of cases for the contract; the regimes are drawn evenly.

    Values do not shrink with a recipe; shrink.py looks for the smallest case by its elements.
    """

    @st.composite
    def drawn(draw: st.DrawFn) -> Recipe:
        return _recipe(contract, dtype, scope, lambda options: draw(_one_of(options)))

    return drawn()


@cache
def cases(contract: Contract, dtype: str, scope: Scope = EVERYTHING) -> st.SearchStrategy[Case]:
    """Cases for the contract: recipes, filled."""
    return recipes(contract, dtype, scope).map(lambda recipe: fill(contract, recipe, scope))


def sample(contract: Contract, dtype: str, count: int, seed: int, scope: Scope = EVERYTHING) -> Iterator[Case]:
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


def branches_of(contract: Contract, dtype: str, scope: Scope) -> frozenset[str]:
    """The branches of the contract that its cases in the scope can meet."""
    if not scope.narrow:
        return frozenset(contract.branches)
    cases = list(sample(contract, dtype, MANY, 0, scope))
    holds = contract.branches.items()
    return frozenset(name for name, condition in holds if any(np.any(condition(*c.arguments)) for c in cases))
