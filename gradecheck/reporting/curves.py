"""Each formula as a function of one number, with its derivative, as both sides compute them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradecheck.packs.contract import Contract
from gradecheck.reporting.records import Curve, Numbers
from gradecheck.verifying.implementation import Implementation

POINTS: Final = 161
Call = Callable[..., Any]
"""Computes a contract's function for these arguments."""


def curve(subject: str, implementation: Implementation, device: str = "cpu") -> Curve | None:
    """The formula's curve; None where it has none, or where the implementation raises."""
    from gradecheck.verifying.tensors import run_reference

    contracts = implementation.pack.contracts
    contract = contracts.get(subject)
    gradient = next((c for c in contracts.values() if c.gradient_of is contract), None)
    if contract is None or contract.sketch is None or gradient is None:
        return None

    def ours(contract: Contract, *arguments: Any) -> Any:
        return implementation.functions[contract.name](*arguments)

    def theirs(contract: Contract, *arguments: Any) -> Any:
        return run_reference(contract, arguments, device)[0]

    sketch = contract.sketch
    x = np.linspace(sketch.low, sketch.high, POINTS)
    try:
        values, slopes = _drawn(ours, contract, gradient, x)
    except (Exception, SystemExit):  # the verdict tells the error; only the picture is left out
        return None
    reference_values, reference_slopes = _drawn(theirs, contract, gradient, x)
    return Curve(subject, sketch.of, tuple(x.tolist()), values, reference_values, slopes, reference_slopes)


def _drawn(call: Call, contract: Contract, gradient: Contract, x: Any) -> tuple[Numbers, Numbers]:
    sketch = contract.sketch
    assert sketch is not None
    upstream = () if sketch.upstream is None else (np.array(sketch.upstream),)
    values, slopes = [], []
    for at in x.tolist():
        arguments = sketch.arguments(at)
        values.append(float(np.ravel(call(contract, *arguments))[0]))
        slopes.append(float(np.ravel(call(gradient, *upstream, *arguments))[0]))
    return tuple(values), tuple(slopes)
