"""One case, one call: the implementation's answer held against what is expected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradecheck.compare import Comparison, Expectation, Finding, as_results, compare, failed, same_within
from gradecheck.contract import Contract
from gradecheck.records import Case

Array = NDArray[Any]
Reference = Callable[[Contract, tuple[Any, ...]], tuple[Array, ...]]


def pristine(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(np.array(x) if isinstance(x, np.ndarray) else x for x in arguments)


def expect(contract: Contract, case: Case, reference: Reference) -> Expectation:
    """What the reference says, computed on copies before the implementation sees anything."""
    arguments = pristine(case.arguments)
    return Expectation(contract, arguments, reference(contract, arguments))


def answer(function: Callable[..., Any], expectation: Expectation) -> tuple[Array, ...]:
    """What the function returns for these arguments, as arrays; none where it returns none."""
    arguments = pristine(expectation.arguments)
    dtype = next(x.dtype for x in arguments if isinstance(x, np.ndarray))
    try:
        return as_results(function(*arguments), expectation.contract, dtype, expectation.shapes)[0]
    except (Exception, SystemExit):
        return ()


def check(function: Callable[..., Any], case: Case, expectation: Expectation) -> Comparison:
    """Call the function twice on the case: values, dtype, arguments left alone, and the same answer again."""
    contract, arguments = expectation.contract, case.arguments
    dtype = next(x.dtype for x in arguments if isinstance(x, np.ndarray))
    try:
        # What comes back may be the function's own buffer: it is copied before the function runs again.
        arrays, findings = as_results(function(*arguments), contract, dtype, expectation.shapes)
        arrays = tuple(np.array(a) for a in arrays)
        changed = _changed(contract, arguments, expectation.arguments)
        again, _ = as_results(function(*arguments), contract, dtype, expectation.shapes)
        _changed(contract, arguments, expectation.arguments)
    except (Exception, SystemExit) as error:
        _changed(contract, arguments, expectation.arguments)
        return failed(Finding("raised", contract.name, f"{type(error).__name__}: {error}", "a result"))
    findings = (*findings, *changed)
    if not arrays:
        return failed(*findings)
    if not changed:
        findings = (*findings, *_kept_state(expectation, arrays, again))
    return compare(arrays, expectation, findings)


def _changed(contract: Contract, arguments: tuple[Any, ...], before: tuple[Any, ...]) -> tuple[Finding, ...]:
    """The arguments that the call wrote to, each put back as it was."""
    findings = []
    for argument, now, then in zip(contract.arguments, arguments, before, strict=True):
        if isinstance(now, np.ndarray) and now.tobytes() != then.tobytes():
            now[...] = then
            findings.append(Finding("changed", argument.name, "written to", "left as it was"))
    return tuple(findings)


def _kept_state(e: Expectation, first: tuple[Array, ...], second: tuple[Array, ...]) -> tuple[Finding, ...]:
    same = len(first) == len(second) and all(
        same_within(a, b, value, bound) for a, b, value, bound in zip(first, second, e.values, e.loose, strict=True)
    )
    name = e.contract.name
    return () if same else (Finding("state", name, "another answer", "the same answer to the same call"),)
