"""Holds arrays against their bounds: a Comparison has numbers, indices and a verdict, and no sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cached_property
from math import inf
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from gradecheck.numbers.rounding import TINY, Ball
from gradecheck.packs.contract import Contract, Form

Array = NDArray[Any]


class Verdict(StrEnum):
    """How a comparison ends, mildest first.

    exact: equal to the last bit.             agrees: within the tight bound, of the stable form or of the twin.
    less accurate: within the loose bound, of the slide's own form or another right one that loses digits.
    hygiene: the numbers are right; but an argument was written to, a dtype lost, or the like.
    unstable: wrong only where the slide's own form overflows, underflows or meets 0/0.
    vacuous: no number was compared that could have differed.    missing: there is no such function.
    wrong: numbers outside every bound, or none of the right shape.
    """

    EXACT = "exact"
    AGREES = "agrees"
    LESS_ACCURATE = "less accurate"
    HYGIENE = "hygiene"
    UNSTABLE = "unstable"
    VACUOUS = "vacuous"
    MISSING = "missing"
    WRONG = "wrong"

    @property
    def severity(self) -> int:
        return _ORDER.index(self)

    @property
    def passes(self) -> bool:
        return self.severity <= Verdict.LESS_ACCURATE.severity


_ORDER = list(Verdict)


def is_real(x: Any) -> bool:
    """Whether an argument is an array of real numbers: class labels and masks are not."""
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"


def precision(arguments: Sequence[Any]) -> np.dtype[Any]:
    """The dtype of a case: that of its arrays of real numbers, or float64 where it has none."""
    dtype: np.dtype[Any] = next((x.dtype for x in arguments if is_real(x)), np.dtype(np.float64))
    return dtype


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    return max(verdicts, key=lambda v: v.severity)


class Expected(Protocol):
    """What a right answer looks like: numbers, by the names of the results, and how far rounding may take it from them.

    tight: how far two right answers may be apart; inf where nothing is judged.
    loose: the same for one that is right, but less accurate.
    unstable: where another right form says nothing.    arguments: of the call.
    """

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def values(self) -> tuple[Array, ...]: ...
    @property
    def tight(self) -> tuple[Array, ...]: ...
    @property
    def loose(self) -> tuple[Array, ...]: ...
    @property
    def unstable(self) -> tuple[NDArray[np.bool_], ...]: ...
    @property
    def arguments(self) -> tuple[Any, ...]: ...


class Bounds(Protocol):
    """How far rounding may take a right answer: `tight` and `loose` of Expected."""

    @property
    def tight(self) -> tuple[Array, ...]: ...
    @property
    def loose(self) -> tuple[Array, ...]: ...


@dataclass(frozen=True)
class Expectation:
    """The right answer to one case: the reference's values, and how far rounding may move an answer from them.

    traced: the twin's own bounds, for a contract without a stable form.
    The bounds of the other forms take as long as all the rest; only an answer outside the tight bounds needs them.
    """

    contract: Contract
    arguments: tuple[Any, ...]
    values: tuple[Array, ...]
    traced: Bounds | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Of the results."""
        return self.contract.results

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of the results."""
        return tuple(value.shape for value in self.values)

    @cached_property
    def tight(self) -> tuple[Array, ...]:
        """How far two right evaluations may be apart; inf for what is not judged."""
        unseen = {name: inf for name, never in self.contract.unobserved.items() if never(*self.arguments)}
        return tuple(b + unseen.get(name, 0.0) for name, b in zip(self.contract.results, self._apart, strict=True))

    @cached_property
    def loose(self) -> tuple[Array, ...]:
        """The same for the least accurate right form with a finite bound; never less than tight."""
        bounds = list(self.tight)
        if self.traced is not None:
            finite = (np.where(np.isinf(loose), 0.0, loose) for loose in self.traced.loose)
            bounds = [np.maximum(*both) for both in zip(bounds, finite, strict=True)]
        for balls in self._others:
            for i, ball in enumerate(balls):
                reach = np.where(np.isinf(ball.rad), 0.0, ball.rad + self.tight[i] / 2)
                bounds[i] = np.maximum(bounds[i], reach)
        return tuple(bounds)

    @cached_property
    def unstable(self) -> tuple[NDArray[np.bool_], ...]:
        """Where the slide's own form, or another right one, overflows, underflows or meets 0/0."""
        says_nothing = [np.zeros(value.shape, bool) for value in self.values]
        for balls in self._others:
            for i, ball in enumerate(balls):
                says_nothing[i] |= np.isinf(ball.rad) | (np.isfinite(ball.mid) != np.isfinite(self.values[i]))
        return tuple(says_nothing)

    @property
    def _apart(self) -> tuple[Array, ...]:
        """Two evaluations of the stable form differ by at most the sum of their radii."""
        if self.contract.stable is not None:
            return tuple(2 * ball.rad for ball in self._balls(self.contract.stable))
        assert self.traced is not None
        return self.traced.tight

    @cached_property
    def _others(self) -> list[tuple[Ball, ...]]:
        forms = (self.contract.literal, *self.contract.roundabout)
        return [self._balls(form) for form in forms if form is not None]

    def _balls(self, form: Form) -> tuple[Ball, ...]:
        balls = form(*(Ball(x) if is_real(x) else x for x in self.arguments))
        return balls if isinstance(balls, tuple) else (balls,)


@dataclass(frozen=True)
class Element:
    """One number of a result, beside what it should be."""

    result: str
    index: tuple[int, ...]
    actual: float
    expected: float
    bound: float
    ratio: float
    ulp: float


FindingKind = Literal[
    "count", "extra", "shape", "dtype", "type", "raised", "missing", "changed", "state", "random", "time"
]


@dataclass(frozen=True)
class Finding:
    """Something wrong with a result other than its numbers."""

    kind: FindingKind
    name: str
    was: str
    should: str


@dataclass(frozen=True)
class Comparison:
    """One call, compared with its twin. `values` is the verdict on the numbers alone, `verdict` on everything."""

    values: Verdict
    worst: Element | None
    findings: tuple[Finding, ...] = ()
    judged: int = 0
    telling: int = 0  # judged elements whose expected value is not 0

    @property
    def verdict(self) -> Verdict:
        return worst([self.values, Verdict.HYGIENE]) if self.findings else self.values


def failed(*findings: Finding) -> Comparison:
    """The comparison for a call that gave nothing to compare."""
    return Comparison(Verdict.WRONG, None, findings)


def as_results(
    returned: Any, contract: Contract, dtype: np.dtype[Any], shapes: Sequence[tuple[int, ...]]
) -> tuple[tuple[Array, ...], tuple[Finding, ...]]:
    """The results of a call as arrays, and findings about their form; () where there are no numbers to compare.

    Right numbers in a wrong form still count: a number in brackets, results with something behind them.
    shapes: of the right results.
    """
    names = contract.results
    several = len(names) > 1
    returned, findings = _without_extras(_as_tuple(returned), contract, shapes)
    if several and not isinstance(returned, tuple | list):
        return (), (Finding("count", "result", _kind(returned), f"a tuple of {len(names)}: {', '.join(names)}"),)
    items = list(returned) if several else [returned]
    if len(items) != len(names):
        was = f"{len(items)} result{'s' * (len(items) != 1)}"
        return (), (Finding("count", "result", was, f"{len(names)}: {', '.join(names)}"),)
    arrays = []
    for name, item, shape in zip(names, items, shapes, strict=True):
        plain = isinstance(item, float) and not isinstance(item, np.floating)
        if not isinstance(item, np.ndarray | np.floating) and not plain:
            findings.append(Finding("type", name, _kind(item), "a NumPy array or a number"))
        try:
            array = np.asarray(item)
        except ValueError:  # ragged
            return (), (findings[-1],)
        if array.dtype.kind not in "fiu":
            return (), (Finding("type", name, _kind(item), "a NumPy array of real numbers"),)
        if shape == () and array.size == 1 and array.shape:
            findings.append(Finding("shape", name, str(array.shape), "()"))
            array = array.reshape(())
        doubled = array.shape == () and array.dtype == np.float64  # one number, as precise as Python's own
        if array.dtype != dtype and not plain and not doubled:
            findings.append(Finding("dtype", name, str(array.dtype), str(dtype)))
        arrays.append(array)
    return tuple(arrays), tuple(findings)


def _as_tuple(returned: Any) -> Any:
    """A dataclass as the tuple of its fields."""
    if is_dataclass(returned) and not isinstance(returned, type):
        return tuple(getattr(returned, field.name) for field in fields(returned))
    return returned


def _without_extras(returned: Any, contract: Contract, shapes: Sequence[tuple[int, ...]]) -> tuple[Any, list[Finding]]:
    """The results without what else came back, such as a cache for the backward pass; and a finding that says so."""
    if not isinstance(returned, tuple | list) or not returned:
        return returned, []
    first, count = returned[0], len(shapes)
    if count == 1:
        alone = first if _shape(returned) != shapes[0] and _heads(returned, shapes[0]) else None
    else:
        parts = () if _fit(returned, shapes) else (first, returned[:count])
        alone = next((part for part in parts if _fit(part, shapes)), None)
    if alone is None:
        return returned, []
    was = f"{with_article(type(returned).__name__)} of {len(returned)}"
    return alone, [Finding("extra", contract.name, was, ", ".join(contract.results))]


def _heads(returned: tuple[Any, ...] | list[Any], shape: tuple[int, ...]) -> bool:
    """Whether the first of several things is the result: it has its shape, or is an array and heads a tuple."""
    first = returned[0]
    if _shape(first) == shape or (shape == () and _shape(first) is not None and np.size(first) == 1):
        return True
    return isinstance(returned, tuple) and isinstance(first, np.ndarray) and first.ndim > 0


def _fit(items: Any, shapes: Sequence[tuple[int, ...]]) -> bool:
    return isinstance(items, tuple | list) and [_shape(x) for x in items] == list(shapes)


def _shape(x: Any) -> tuple[int, ...] | None:
    """The shape of numbers, in brackets or not; None for anything else."""
    try:
        array = np.asarray(x)
    except ValueError:  # ragged
        return None
    return array.shape if array.dtype.kind in "fiu" else None


def _kind(x: Any) -> str:
    if isinstance(x, np.ndarray):
        return f"an array of {x.dtype}"
    return "None" if x is None else with_article(type(x).__name__)


def with_article(name: str) -> str:
    return f"{'an' if name.startswith(tuple('aeiouAEIOU')) else 'a'} {name}"


def same_within(a: Array, b: Array, right: Array, bound: Array) -> bool:
    """Whether rounding explains the difference of two answers to the same call.

    The bound is that of the right answer, scaled up where the answers are larger than it.
    """
    if a.shape != b.shape or a.shape != right.shape:
        return np.array_equal(a, b, equal_nan=True)
    reach = np.where(np.isinf(bound), 0.0, bound).max(initial=0.0)
    with np.errstate(all="ignore"):
        scale = np.abs(a).max(initial=0.0) / np.abs(right).max(initial=0.0)
        grown = reach * (scale if np.isfinite(scale) else 0.0)
        return bool((errors(a, b) <= 2 * np.maximum(bound, grown)).all())


def compare(actual: tuple[Array, ...], expectation: Expected, findings: tuple[Finding, ...] = ()) -> Comparison:
    """Compares the shape, then every number with its own bound."""
    shapes = tuple(
        Finding("shape", name, str(a.shape), str(e.shape))
        for name, a, e in zip(expectation.names, actual, expectation.values, strict=True)
        if a.shape != e.shape
    )
    if shapes:
        return failed(*findings, *shapes)
    verdicts, elements, judged, telling = [], [], 0, 0
    for i, (a, e) in enumerate(zip(actual, expectation.values, strict=True)):
        tight = expectation.tight[i]
        verdict, element = _judge(i, a, e, tight, expectation)
        verdicts.append(verdict)
        if element is not None:
            elements.append((verdict.severity, element))
        seen = ~np.isinf(tight)
        judged += int(seen.sum())
        telling += int((seen & (e != 0)).sum())
    top = max(elements, key=lambda pair: (pair[0], pair[1].ratio), default=(0, None))[1]
    return Comparison(worst(verdicts), top, findings, judged, telling)


def errors(actual: Array, expected: Array) -> Array:
    """|actual - expected| in float64: 0 for the same infinity or NaN, inf where only one of them is finite."""
    with np.errstate(all="ignore"):
        error = np.abs(np.subtract(actual, expected, dtype=np.float64))
        same = (actual == expected) | (np.isnan(actual) & np.isnan(expected))
    return np.where(same, 0.0, np.where(np.isnan(error), np.inf, error))


def ulps(error: Array, actual: Array, expected: Array) -> Array:
    """An error in units in the last place of the larger number, or of the smallest normal number if that is larger.

    From 2^53 on (2^24 in float32) the two numbers have no digit in common.
    """
    with np.errstate(all="ignore"):
        larger = np.fmax(np.abs(actual.astype(expected.dtype)), np.abs(expected))
        spacing = np.maximum(np.spacing(larger).astype(np.float64), TINY[expected.dtype])
        return np.where(error == 0, 0.0, np.where(np.isfinite(spacing), error / spacing, np.inf))


def _judge(i: int, a: Array, e: Array, tight: Array, expectation: Expected) -> tuple[Verdict, Element | None]:
    """The verdict on one result, and its worst element: by verdict, then by error / bound."""
    if not e.size:
        return Verdict.EXACT, None
    error = errors(a, e)
    seen = ~np.isinf(tight)
    with np.errstate(all="ignore"):
        ratio = np.where(seen & (error > 0), error / tight, 0.0)
    if not error[seen].any():
        at = np.unravel_index(int(np.argmax(np.abs(np.where(np.isfinite(e), e, 0)))), e.shape)
        return Verdict.EXACT, _element(i, a, e, tight, ratio, error, at, expectation)
    beyond = ratio > 1
    if not beyond.any():
        at = np.unravel_index(int(np.argmax(ratio)), e.shape)
        return Verdict.AGREES, _element(i, a, e, tight, ratio, error, at, expectation)
    off = beyond & ~(error <= expectation.loose[i])
    wrong = off & ~expectation.unstable[i]
    harshest = ((Verdict.WRONG, wrong), (Verdict.UNSTABLE, off), (Verdict.LESS_ACCURATE, beyond))
    verdict, mask = next((verdict, mask) for verdict, mask in harshest if mask.any())
    at = np.unravel_index(int(np.argmax(np.where(mask, ratio, -1.0))), e.shape)
    return verdict, _element(i, a, e, tight, ratio, error, at, expectation)


def _element(
    i: int, a: Array, e: Array, tight: Array, ratio: Array, error: Array, at: tuple[Any, ...], expectation: Expected
) -> Element:
    index = tuple(int(j) for j in at)
    return Element(
        expectation.names[i],
        index,
        float(a[at]),
        float(e[at]),
        float(tight[at]),
        float(ratio[at]),
        float(ulps(error[at], a[at], e[at])),
    )
