"""Kinds of arguments: what an argument holds, how it is drawn and simplified, and what it is called.

A pack may add its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from gradecheck.arguments.regimes import MILD, REGIMES, Regime
from gradecheck.arguments.scope import Scope

if TYPE_CHECKING:
    from numpy.random import Generator

Array = NDArray[Any]
Shape = tuple[int, ...]
Sizes = Mapping[str, Shape]
"""The lengths of the axes by name: several for "...", none for an absent axis."""

Row = tuple[float, ...]

SIMPLE: Final = (0.0, 1.0, 2.0, -1.0, -2.0, 3.0, 0.5, -0.5, 10.0, -10.0, 100.0, -100.0, 1000.0, -1000.0)
PLAIN: Final = ((1.0, 2.0, 3.0, 4.0), (-1.0, 2.0, 1.0, -3.0), (0.5, -2.0, 0.0, 1.0), (0.0, 1.0, -1.0, 0.0), (0.0,))
EXTREME: Final = (
    *((v, 0.0, -v / 2, 1.0) for v in (10.0, -10.0, 20.0, -20.0, 40.0, -40.0, 100.0, -100.0)),
    *((v, 0.0, -v, 1.0) for v in (800.0, -800.0, 1e4, -1e4, 1e-3, -1e-3, 1e-5, -1e-5, 1e-9, -1e-9, 1e-20)),
)


@dataclass(frozen=True)
class Filling:
    """What an argument is filled from.

    regime: of the case.    hostile: odd numbers that are strewn into the case.
    shape, dtype: of the argument, where it is an array of real numbers.    sizes: of all axes of the contract.
    before: the arguments that are filled already.
    """

    rng: Generator
    regime: Regime
    hostile: tuple[float, ...]
    shape: Shape
    dtype: np.dtype[Any]
    scope: Scope
    sizes: Sizes
    before: tuple[Any, ...]

    def rows(self) -> Filling:
        """The same for an array of rows: a 1-D array is one row."""
        shape = self.shape if len(self.shape) == 2 else (1, *self.shape)
        return replace(self, shape=shape)


@dataclass(frozen=True, eq=False)  # a kind is equal to itself alone
class Kind:
    """What an argument holds. Its numbers may depend on the sizes of the case, as class labels do.

    name: in messages.    fill: draws an argument: the numbers of an array, or one Python number.
    numbers: an array of real numbers has the dtype of the case, of whole numbers int64, of truth values bool.
    simple: numbers that a failing case is simplified with, the simplest first.
    rows: the same for whole rows, by their length: groups of rows, the simplest group first.
    in_rows: whether the numbers of a row belong together.
    examples: for the ladder of small examples: rows, whose numbers are repeated to fill an array; or Python numbers.
    extreme: further examples, with numbers far from 0 or close to it.
    fits: whether an argument may hold that number at all.    says: which numbers are meant, in words.
    has: whether cases of that regime hold that number.    silent: regimes that are not drawn for this kind.
    by_regime: whether the numbers depend on the regime.    unstable: regimes where a failure costs stability.
    key: in an assignment, to narrow what is asked; "" for none.    told: a sentence for students.
    called: other names that students give it.    counts: what is repeated that many times, such as steps.
    """

    name: str
    fill: Callable[[Filling], Any]
    is_array: bool = True
    numbers: Literal["real", "whole", "truth"] = "real"
    simple: tuple[float, ...] = SIMPLE
    rows: Callable[[int, Scope], tuple[tuple[Row, ...], ...]] | None = None
    in_rows: bool = False
    examples: tuple[Any, ...] = PLAIN
    extreme: tuple[Row, ...] = ()
    fits: Callable[[float, Sizes], bool] = lambda x, sizes: True
    says: str = ""
    has: Callable[[Regime, float], bool] = lambda regime, x: True
    silent: frozenset[str] = frozenset()
    by_regime: bool = False
    unstable: frozenset[str] = frozenset()
    key: str = ""
    told: str = ""
    called: tuple[str, ...] = ()
    counts: str = ""

    def dtype(self, real: np.dtype[Any]) -> np.dtype[Any]:
        """The dtype of an array of this kind in a case of that precision."""
        return real if self.numbers == "real" else np.dtype(np.int64 if self.numbers == "whole" else np.bool_)

    def asked_examples(self, scope: Scope) -> tuple[Any, ...]:
        """The examples in the scope: targets may have to be one-hot, or soft."""
        if self.key != "targets" or scope.targets == "any":
            return self.examples
        return tuple(row for row in self.examples if (max(row) == 1) == (scope.targets == "one-hot"))

    def asks(self, x: float, scope: Scope) -> bool:
        """Whether cases of some regime in the scope hold that number."""
        return not scope.regimes or any(self.has(REGIMES[name], x) for name in scope.regimes)


# -- real numbers


def _real(f: Filling) -> Array:
    """Numbers of the regime. In `close` they differ from those of the first argument only in their last digits."""
    if f.regime.name == "close" and f.before and np.shape(f.before[0]) == f.shape:
        return np.asarray(f.before[0] * (1 + 1e-6 * f.rng.standard_normal(f.shape)))
    x = f.regime.fill(f.rng, f.shape, f.dtype)
    if x.size:
        for value in f.hostile:
            x.flat[f.rng.integers(x.size)] = value
    return x


def _real_has(regime: Regime, x: float) -> bool:
    return regime.zero if x == 0 else regime.sizes[0] <= abs(x) <= regime.sizes[1]


def _mild(regime: Regime) -> Regime:
    return regime if regime.name in MILD else REGIMES["moderate"]


def _upstream(f: Filling) -> Array:
    """Never all ones: where the outputs of a row have a fixed sum, these would make its gradient 0."""
    grad: Array = f.rng.standard_normal(f.shape) * 10.0 ** f.rng.uniform(-1, 1)
    return np.where(f.rng.random(f.shape) < 0.3, 0.0, grad) if f.regime.name == "zeros" else grad


def _positive(f: Filling) -> Array:
    x = np.abs(f.regime.fill(f.rng, f.shape, f.dtype))
    return np.where(x > 0, x, 1.0)  # NaN is not positive either


INPUTS: Final = ("x", "z", "input", "inputs", "inp", "logits", "scores", "h")
PREDICTIONS: Final = ("yhat", "ypred", "pred", "preds", "prediction", "predictions", "output", "outputs", "out")
TARGETS: Final = ("t", "y", "ytrue", "true", "truth", "target", "targets", "label", "labels", "onehot")
GRADIENTS: Final = ("g", "grad", "grads", "gradient", "dout", "dy", "dz", "dw", "da", "dl", "delta", "upstream")

real: Final = Kind("real", _real, extreme=EXTREME, has=_real_has, by_regime=True)
features: Final = Kind(
    "features",
    lambda f: _mild(f.regime).fill(f.rng, f.shape, f.dtype),  # never wild, or every training would explode at once
    has=lambda regime, x: _real_has(_mild(regime), x),
    by_regime=True,
    called=("a", "aprev", *INPUTS),
)
upstream: Final = Kind(
    "upstream",
    _upstream,
    has=lambda regime, x: x != 0 or regime.name == "zeros",
    told="{name} is the gradient ∂L/∂(output) from above, of the output's shape.",
    called=GRADIENTS,
)
positive: Final = Kind(
    "positive",
    _positive,
    simple=(1.0, 2.0, 0.5, 3.0, 10.0, 100.0, 1000.0),
    examples=((1.0, 2.0, 3.0, 4.0), (0.5, 2.0, 0.25, 1.0), (3.0, 1.0, 0.5)),
    extreme=tuple((v, 1.0, v / 2, 2.0) for v in (20.0, 800.0, 1e4, 1e-3, 1e-9, 1e-20)),
    fits=lambda x, sizes: 0 < x < math.inf,
    says="positive numbers",
    has=_real_has,
    silent=frozenset({"nonfinite"}),
    by_regime=True,
)

# -- rows that belong together


def _probabilities(f: Filling) -> Array:
    f = f.rows()
    rng, shape = f.rng, f.shape
    x = f.regime.spread * rng.standard_normal(shape)
    e = np.exp(x - x.max(axis=-1, keepdims=True, initial=-np.inf))
    p: Array = e / e.sum(axis=-1, keepdims=True)
    if f.regime.name in ("ties", "hostile") and shape[-1]:
        p = np.broadcast_to(1 / shape[-1], shape).copy() if rng.random() < 0.5 else np.round(p, 2)
    if f.regime.name == "zeros":
        p = np.where(rng.random(shape) < 0.3, 0.0, p)
    return p


def _class_rows(f: Filling) -> Array:
    """Rows that sum to 1: one-hot, or soft with some shares 0."""
    rng, shape, scope = f.rng, f.shape, f.scope
    n, k = shape
    one_hot = np.eye(k)[rng.integers(0, k, n)] if k else np.zeros(shape)
    shares = np.where(rng.random(shape) < 0.2, 0.0, rng.random(shape))
    total = shares.sum(axis=-1, keepdims=True)
    soft = np.where(total > 0, shares / np.where(total > 0, total, 1), one_hot)
    which = rng.integers(3)
    if scope.targets == "one-hot":
        return one_hot
    if scope.targets == "soft":
        return np.where(soft.max(axis=-1, keepdims=True, initial=0.0) < 1, soft, (soft + 1 / max(k, 1)) / 2)
    if which < 2:
        return one_hot if which == 0 else soft
    return np.where(rng.random((n, 1)) < 0.5, one_hot, soft)


def _targets(f: Filling, class_rows: bool) -> Array:
    """Where everything is asked, some rows do not sum to 1; beside logits, only in regimes that are not marked."""
    f = f.rows()
    t = _class_rows(f)
    if not f.scope.everything or f.scope.targets != "any" or (class_rows and f.regime.asked):
        return t
    return t * f.rng.choice([0.5, 1.0, 1.0, 1.0, 2.0], (f.shape[0], 1)) if f.rng.random() < 0.3 else t


def _simple_rows(k: int, scope: Scope) -> tuple[tuple[Row, ...], ...]:
    """One-hot rows before a row with two halves."""
    one_class = tuple(tuple(row) for row in np.eye(k).tolist())
    halves = ((0.5, 0.5, *[0.0] * (k - 2)),)
    if k == 1 or scope.targets == "one-hot":
        return (one_class,)
    return (halves,) if scope.targets == "soft" else (one_class, halves)


def _targets_kind(name: str, class_rows: bool) -> Kind:
    return Kind(
        name,
        lambda f: _targets(f, class_rows).reshape(f.shape),
        rows=_simple_rows,
        in_rows=True,
        examples=((1.0, 0.0), (0.0, 1.0), (0.5, 0.5), (0.25, 0.75)),
        key="targets",
        called=TARGETS,
    )


targets: Final = _targets_kind("targets", class_rows=False)
class_targets: Final = _targets_kind("class targets", class_rows=True)
"""Targets that go with logits."""

probabilities: Final = Kind(
    "probabilities",
    lambda f: _probabilities(f).reshape(f.shape),
    simple=(1.0, 0.0, 0.5, 0.25, 0.75),
    in_rows=True,
    examples=((0.25, 0.75), (0.5, 0.5), (1.0, 0.0), (0.0, 1.0), (0.2, 0.3, 0.5), (1e-10, 1.0), (1e-20, 1.0)),
    fits=lambda x, sizes: 0 <= x <= 1,
    has=lambda regime, x: regime.zero if x == 0 else abs(x) >= math.exp(-6 * regime.spread),
    silent=frozenset({"close", "nonfinite"}),  # NaN is not a probability: there is nothing to compare
    by_regime=True,
    unstable=frozenset({"tiny"}),  # numbers near underflow, where a slide's form may lose them
    called=("p", "prob", "probs", "probabilities", *PREDICTIONS),
)

# -- whole numbers and truth values in arrays


@cache
def labels(axis: str) -> Kind:
    """Class labels: whole numbers from 0 to the length of that axis - 1."""

    def count(sizes: Sizes) -> int:
        return sizes[axis][0]

    return Kind(
        f"labels of {axis}",
        lambda f: f.rng.integers(0, count(f.sizes), f.shape),
        numbers="whole",
        simple=(0.0, 1.0, 2.0, 3.0),
        examples=((0.0, 1.0, 2.0), (1.0, 0.0), (2.0, 0.0, 1.0), (1.0, 1.0, 0.0), (0.0,)),
        fits=lambda x, sizes: x % 1 == 0 and 0 <= x < count(sizes),
        says=f"whole numbers from 0 to {axis} - 1",
        called=TARGETS,
    )


mask: Final = Kind(
    "mask",
    lambda f: f.rng.random(f.shape) < f.rng.choice([0.1, 0.5, 0.5, 0.9]),
    numbers="truth",
    simple=(0.0, 1.0),
    examples=((1.0, 0.0), (0.0, 1.0, 1.0), (1.0,), (0.0,)),
    fits=lambda x, sizes: x in (0, 1),
    says="True or False",
    called=("mask", "keep", "m"),
)

# -- Python numbers


def number(
    name: str,
    common: tuple[float, ...],
    other: Callable[[Generator], float],
    fits: Callable[[float], bool],
    says: str,
    simple: tuple[float, ...] = (),
    examples: tuple[float, ...] = (),
    called: tuple[str, ...] = (),
) -> Kind:
    """A real number: one of the common values two times in three, else one from `other`.

    name: also its key in an assignment.    simple, examples: the common values by default.
    """

    def fill(f: Filling) -> float:
        return float(f.rng.choice(common)) if f.rng.random() < 0.67 else float(other(f.rng))

    return Kind(
        name,
        fill,
        is_array=False,
        simple=simple or common,
        examples=examples or common,
        fits=lambda x, sizes: fits(x),
        says=says,
        key=name,
        called=called or (name,),
    )


def whole_number(
    name: str,
    span: range,
    most: int | None = None,
    counts: str = "",
    silent: frozenset[str] = frozenset(),
    called: tuple[str, ...] = (),
) -> Kind:
    """A whole number: a kernel's size, a stride, a padding, a number of steps.

    span: from which it is drawn.    most: the largest value that an assignment may ask; by default that of the span.
    """
    low, high = min(span), max(span) if most is None else most
    return Kind(
        name,
        lambda f: int(f.rng.choice(span)) if span.step != 1 else int(f.rng.integers(span.start, span.stop)),
        is_array=False,
        numbers="whole",
        simple=tuple(span),
        examples=tuple(span[:3]),
        fits=lambda x, sizes: x % 1 == 0 and low <= x <= high,
        says=f"a whole number from {low} to {high}",
        silent=silent,
        key=name,
        called=called or (name,),
        counts=counts,
    )


def flag(name: str) -> Kind:
    """True or False, as one Python value."""
    return Kind(
        name,
        lambda f: bool(f.rng.integers(2)),
        is_array=False,
        numbers="truth",
        simple=(False, True),
        examples=(False, True),
        fits=lambda x, sizes: x in (0, 1),
        says="True or False",
        called=(name,),
    )
