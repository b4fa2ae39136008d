"""One case: the implementation's answer compared with the expected one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradecheck.cases.case import Case
from gradecheck.numbers.compare import (
    Bounds,
    Comparison,
    Expectation,
    Finding,
    FindingKind,
    as_results,
    compare,
    failed,
    precision,
    same_within,
)
from gradecheck.packs.contract import Contract
from gradecheck.verifying.guarded import TooLongError, seed

Array = NDArray[Any]
Reference = Callable[[Contract, tuple[Any, ...]], tuple[Array, ...]]


def pristine(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(np.array(x) if isinstance(x, np.ndarray) else x for x in arguments)


def expect(contract: Contract, case: Case, reference: Reference) -> Expectation:
    """The reference's answer, computed on copies before the implementation sees the arguments."""
    arguments = pristine(case.arguments)
    return Expectation(contract, arguments, reference(contract, arguments), _traced(contract, arguments))


def ensure_bounds(contracts: Iterable[Contract]) -> None:
    """Raises PackError where a row has no stable form, and a twin that has no bound; before any work."""
    by_twin = [contract for contract in contracts if contract.stable is None]
    if by_twin:
        from gradecheck.verifying.by_twin import try_out  # torch: only where a twin really runs

        try_out(by_twin)


def _traced(contract: Contract, arguments: tuple[Any, ...]) -> Bounds | None:
    if contract.stable is not None:
        return None
    from gradecheck.verifying.by_twin import Traced  # torch: only where a twin really runs

    return Traced(contract, arguments)


def answer(function: Callable[..., Any], expectation: Expectation) -> tuple[Array, ...]:
    """What the function returns for these arguments, as arrays; () where it returns no arrays."""
    arguments = pristine(expectation.arguments)
    dtype = precision(arguments)
    try:
        return as_results(function(*arguments), expectation.contract, dtype, expectation.shapes)[0]
    except (Exception, SystemExit):
        return ()


def check(function: Callable[..., Any], case: Case, expectation: Expectation) -> Comparison:
    """Call the function twice on the case: values, dtype, arguments left alone, and the same answer again."""
    contract, arguments = expectation.contract, case.arguments
    dtype = precision(arguments)
    try:
        # The result may be a buffer that the function keeps: it is copied before the function runs again.
        arrays, findings = as_results(function(*arguments), contract, dtype, expectation.shapes)
        arrays = tuple(np.array(a) for a in arrays)
        changed = _changed(contract, arguments, expectation.arguments)
        again, _ = as_results(function(*arguments), contract, dtype, expectation.shapes)
        _changed(contract, arguments, expectation.arguments)
    except TooLongError as error:
        return failed(Finding("time", contract.name, f"no answer in {error}", "one"))
    except (Exception, SystemExit) as error:
        _changed(contract, arguments, expectation.arguments)
        return failed(Finding("raised", contract.name, f"{type(error).__name__}: {error}", "a result"))
    findings = (*findings, *changed)
    if not arrays:
        return failed(*findings)
    if not changed:
        findings = (*findings, *_unsteady(function, expectation, arrays, again))
    return compare(arrays, expectation, findings)


def _changed(contract: Contract, arguments: tuple[Any, ...], before: tuple[Any, ...]) -> tuple[Finding, ...]:
    """Findings for the arguments that the call wrote to; each gets its old values back."""
    findings = []
    for argument, now, then in zip(contract.arguments, arguments, before, strict=True):
        if isinstance(now, np.ndarray) and now.tobytes() != then.tobytes():
            now[...] = then
            findings.append(Finding("changed", argument.name, "written to", "left as it was"))
    return tuple(findings)


def _unsteady(
    function: Callable[..., Any], expectation: Expectation, first: tuple[Array, ...], second: tuple[Array, ...]
) -> tuple[Finding, ...]:
    """Whether the second answer differs from the first: "random" where the same seed gives the same answer again."""
    if _same(expectation, first, second):
        return ()

    def again() -> tuple[Array, ...]:
        return tuple(np.array(a) for a in answer(function, expectation))

    seed(0)
    one, other = again(), again()
    seed(0)
    drawn = _same(expectation, one, again()) and not _same(expectation, one, other)
    kind: FindingKind = "random" if drawn else "state"
    return (Finding(kind, expectation.contract.name, "another answer", "the same answer to the same call"),)


def _same(e: Expectation, first: tuple[Array, ...], second: tuple[Array, ...]) -> bool:
    """Whether two answers are within rounding of each other; () is an answer without arrays, and like no other.

    The bound of the loosest form takes as long as all the rest: it is computed only where some number differs.
    """
    if not len(first) == len(second) == len(e.values):
        return False
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(first, second, strict=True)) or all(
        same_within(a, b, value, bound) for a, b, value, bound in zip(first, second, e.values, e.loose, strict=True)
    )
