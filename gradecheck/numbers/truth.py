"""The exact value of a formula: the slide's literal form in arbitrary precision, with a proven radius.

python-flint's arb numbers live in NumPy object arrays, so that a contract's literal form runs on them unchanged. Of a
contract without a form, the witness is what its twin encloses in more digits than are asked.
Source: Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic (2017).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from flint import arb, ctx
from numpy.typing import NDArray

from gradecheck.packs.contract import Contract, Form

BITS: Final = 200
MOST_BITS: Final = 6400
"""Bits. Cancellation in a literal form loses some, e^x - e^-x at x = 1e-300 about 1000: more are taken as needed."""

SPARE_BITS: Final = 80
"""A truth is known well enough when its radius is below 2^-80 of its value: 27 bits finer than float64."""

ENOUGH_BITS: Final = 34
"""Of the twin's truth: ten more than float32 has."""


def _lifted(x: Any) -> Any:
    """x in arbitrary precision, exactly. Whole numbers, such as class labels or a number of steps, stay as they are.

    A 0-d array becomes one of one element: arithmetic on 0-d object arrays returns bare numbers.
    """
    if isinstance(x, np.ndarray) and x.dtype.kind == "f":
        return np.array([arb(float(v)) for v in x.flat], dtype=object).reshape(x.shape or (1,))
    return arb(x) if isinstance(x, float) else x


def _known(x: arb) -> bool:
    return bool(x.is_finite()) and (x.rel_accuracy_bits() >= SPARE_BITS or x == 0)


def truth(contract: Contract, arguments: tuple[Any, ...]) -> tuple[NDArray[Any], ...]:
    """The true results for these arguments, as object arrays of arb; NaN where they have no finite value.

    contract.exact is evaluated at 200 bits and again at twice as many until every element is known.
    """
    assert contract.exact is not None
    before, bits = ctx.prec, BITS
    try:
        while True:
            ctx.prec = bits
            arrays = _evaluated(contract.exact, arguments)
            if bits >= MOST_BITS or all(_known(_arb(v)) for r in arrays for v in r.flat):
                return tuple(_settled(r) for r in arrays)
            bits *= 2
    finally:
        ctx.prec = before


def enclosed(values: NDArray[np.float64], radii: NDArray[np.float64]) -> NDArray[Any]:
    """Numbers that lie in values ± radii, as arb; NaN where that is not so many digits that float32 is told by it."""
    known = np.isfinite(values) & (radii <= 2.0**-ENOUGH_BITS * np.abs(values))
    balls = [arb(float(v), float(r)) if k else arb("nan") for v, r, k in np.broadcast(values, radii, known)]
    found = np.empty(len(balls), dtype=object)
    found[:] = balls
    return found.reshape(values.shape)


def _evaluated(form: Form, arguments: tuple[Any, ...]) -> tuple[NDArray[Any], ...]:
    try:
        with np.errstate(all="ignore"):
            results = form(*(_lifted(x) for x in arguments))
    except ZeroDivisionError:  # the mean of no elements, whose sum is the Python integer 0
        return (np.array(arb("nan"), dtype=object),)
    results = results if isinstance(results, tuple) else (results,)
    arrays = [np.asarray(r, dtype=object) for r in results]
    single = all(np.ndim(x) == 0 for x in arguments)
    return tuple(r.reshape(()) if single else r for r in arrays)


def _arb(x: Any) -> arb:
    return x if isinstance(x, arb) else arb(x)


def _settled(array: NDArray[Any]) -> NDArray[Any]:
    """Each element as arb; NaN for one that is not known well enough."""
    values = [_arb(v) for v in array.flat]
    settled = np.empty(len(values), dtype=object)
    settled[:] = [v if _known(v) or v.abs_upper() < arb(2) ** -1100 else arb("nan") for v in values]
    return settled.reshape(array.shape)


def distance(actual: NDArray[Any], true: NDArray[Any]) -> NDArray[np.float64]:
    """|actual - true|, rounded up to float64; NaN where the truth is unknown or the value is not finite."""
    off = [
        float((arb(float(a)) - t).abs_upper()) if np.isfinite(a) and t.is_finite() else np.nan
        for a, t in zip(np.asarray(actual).flat, true.flat, strict=True)
    ]
    return np.array(off, np.float64).reshape(np.shape(actual))


def to_floats(true: NDArray[Any]) -> NDArray[np.float64]:
    """The truth rounded to float64, to be shown."""
    return np.array([float(t.mid()) for t in true.flat], np.float64).reshape(true.shape)
