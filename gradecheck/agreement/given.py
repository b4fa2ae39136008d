"""Agreement on inputs that the caller gives, and within a bound that the caller has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradecheck.agreement.allowed import Allowed
from gradecheck.agreement.arrays import numbers, precision
from gradecheck.agreement.naming import name, parameters
from gradecheck.agreement.repaired import repaired, varied
from gradecheck.agreement.repro import repro
from gradecheck.agreement.results import leaves, taken
from gradecheck.agreement.session import SESSION, Heard
from gradecheck.agreement.sides import Backward, Call, Forward, Side, answer
from gradecheck.agreement.wording import Agreed, fails, failure
from gradecheck.numbers.compare import Comparison, Verdict
from gradecheck.numbers.signs import common_signs
from gradecheck.traced.bounds import Bound
from gradecheck.verifying.wording import counted

Array = NDArray[Any]
Function = Callable[..., Any]


def assert_agrees(
    mine: Function,
    twin: Function,
    *inputs: Any,
    grad: Function | None = None,
    upstream: Any = None,
    strict: bool = False,
    **keywords: Any,
) -> Agreed:
    """Hold mine(*inputs, **keywords) against twin(*inputs, **keywords), within what rounding explains.

    mine gets the inputs as they are, the twin gets tensors of them. What both return is compared number by number.
    grad: grad(upstream, *inputs, **keywords) returns the gradient of sum(upstream * results) by each array of real
    numbers among the inputs, in order; None in place of one leaves that one out. Autograd's of the twin is its twin.
    upstream: an array, or a tuple for several results; without one 1 for a single number, else made-up numbers.
    strict: fail also where mine is right, but less accurate than it could be.

    Raises AssertionError, which says what is wrong: a number that is off by more than rounding explains, another
    shape or dtype, an input that was written to, or nothing to compare. What mine raises is raised.
    """
    __tracebackhide__ = True
    if upstream is not None and grad is None:
        raise TypeError("assert_agrees: upstream is given, but grad is None; upstream is what grad is called with")
    of = Call(inputs, input_names(mine, twin, len(inputs)), keywords)
    functions = {"mine": mine, "twin": twin, **({"grad": grad} if grad is not None else {})}
    options = {**({} if upstream is None else {"upstream": upstream}), **({"strict": True} if strict else {})}
    backward = () if grad is None else (Backward(grad, twin, upstream),)
    sides: tuple[Side, ...] = (Forward(mine, twin), *backward)
    found, wrong = [], []
    for side in sides:
        call = side.call(of)
        answered = answer(side, call, side.expect(call))
        comparison = answered.comparison
        heard = _heard(name(side.function), side.against, comparison, answered.allowed)
        if fails(heard, strict):
            heard = replace(heard, repair=repaired(side, [call], varied(side, call)))
            witness = answered.allowed.witness(comparison)
            signs = _signs(answered.arrays, answered.allowed)
            wrong.append(failure(heard, comparison, call, signs, witness, repro(functions, of, options)))
        found.append(heard)
        SESSION.tell(heard)
    if wrong:
        raise AssertionError("\n\n".join(wrong))
    return Agreed(tuple(found))


def assert_within(actual: Any, expected: Any, bound: Any, *, strict: bool = False) -> Agreed:
    """Hold numbers against others, each within its own bound.

    actual, expected: arrays of any library, or several in tuples, lists, dictionaries.
    bound: what `gradecheck.bound` returned, or how far each number may be off: an array that fits, for each result.

    Raises AssertionError, which says what is wrong; ValueError for a bound that does not fit.
    """
    __tracebackhide__ = True
    allowed = _allowed(expected, bound)
    arrays, findings = taken(actual, allowed.names, allowed.values, allowed.precision)
    findings = tuple(finding for finding in findings if finding.kind != "dtype")
    comparison = allowed.compare(arrays, findings)
    heard = _heard("actual", "expected", comparison, allowed)
    SESSION.tell(heard)
    if fails(heard, strict):
        raise AssertionError(failure(heard, comparison, signs=_signs(arrays, allowed)))
    return Agreed((heard,))


def input_names(mine: Function, twin: Function, count: int) -> tuple[str, ...]:
    """By which the function calls its inputs, or the twin does; numbered where neither says so."""
    found = (tuple(parameter.name for parameter in parameters(function)) for function in (mine, twin))
    return next((names[:count] for names in found if len(names) >= count), tuple(f"input_{i}" for i in range(count)))


def _heard(function: str, twin: str, comparison: Comparison, allowed: Allowed) -> Heard:
    """Where no number was judged the agreement is about nothing: not where each should be 0, as the caller asks it."""
    vacuous = comparison.verdict.passes and not comparison.judged
    verdict = Verdict.VACUOUS if vacuous else comparison.verdict
    ratio = comparison.worst.ratio if comparison.worst is not None else 0.0
    return Heard(function, twin, allowed.precision, verdict.value, ratio, 1, comparison.judged)


def _signs(arrays: tuple[Array, ...], allowed: Allowed) -> Mapping[str, str]:
    return common_signs([(arrays, allowed)] if arrays else [])


def _allowed(expected: Any, bound: Any) -> Allowed:
    """Raises ValueError for a bound that does not fit."""
    found = [(called, leaf) for called, leaf in leaves(expected, "result") if leaf is not None]
    names, values = tuple(called for called, _ in found), tuple(numbers(leaf) for _, leaf in found)
    dtype = next((precision(leaf) for _, leaf in found), "float64")
    if isinstance(bound, Bound):
        return Allowed(names, values, _fitting(bound.tight, values), dtype, lambda: _fitting(bound.loose, values))
    tight = _fitting([numbers(leaf) for _, leaf in leaves(bound, "bound")], values)
    return Allowed(names, values, tight, dtype, lambda: tight)


def _fits(shape: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether numpy.broadcast_to brings the one to the other."""
    behind = zip(reversed(shape), reversed(other), strict=False)
    return len(shape) <= len(other) and all(n in (1, m) for n, m in behind)


def _fitting(bounds: Sequence[Array], values: tuple[Array, ...]) -> tuple[Array, ...]:
    """Each bound in the shape of its values. Raises ValueError where that cannot be, and for what is no bound."""
    if len(bounds) != len(values):
        raise ValueError(f"bound has {counted(len(bounds), 'array')}, but should have {len(values)}, as expected has")
    for bound, value in zip(bounds, values, strict=True):
        if not _fits(bound.shape, value.shape):
            raise ValueError(f"bound has shape {bound.shape}, but should have that of what is expected, {value.shape}")
        if not (bound >= 0).all():
            least = bound[~(bound >= 0)].flat[0]
            raise ValueError(f"bound holds {least}, but should hold how far a number may be off: 0 or more")
    return tuple(np.broadcast_to(b, v.shape).astype(np.float64) for b, v in zip(bounds, values, strict=True))
