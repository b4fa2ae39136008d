"""The tolerances that others choose by hand: torch's own for each operator, and assert_close's defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import torch
from torch.testing._internal.common_device_type import precisionOverride, toleranceOverride
from torch.testing._internal.opinfo.core import DecorateInfo

from gradecheck.operators.findings import Direction, Tolerance

DEFAULTS: Final[Mapping[str, Tolerance]] = {
    "float32": Tolerance(relative=1.3e-6, absolute=1e-5),
    "float64": Tolerance(relative=1e-7, absolute=1e-7),
}
"""Those of torch.testing.assert_close."""

COMPARING: Final = (
    None,
    "TestCommon",
    "TestUnaryUfuncs",
    "TestBinaryUfuncs",
    "TestReductions",
    "TestFFT",
    "TestLinalg",
)
"""torch's classes of tests that hold an operator's numbers against a reference's; None is all of them."""

GRADCHECK: Final = Tolerance(relative=1e-3, absolute=1e-5)
"""What torch.autograd.gradcheck allows between a gradient and a difference quotient, in float64."""


def own(operator: Any, direction: Direction, precision: str) -> Tolerance:
    """The widest that torch's tests of this operator allow on the CPU; the defaults where they name none.

    A gradient is tested by gradcheck, in float64 alone.
    """
    if direction == "gradient" and precision == "float64":
        return GRADCHECK
    named = [*_named(operator, getattr(torch, precision)), DEFAULTS[precision]]
    return Tolerance(max(t.relative for t in named), max(t.absolute for t in named))


def _named(operator: Any, precision: torch.dtype) -> Iterator[Tolerance]:
    for decorator in operator.decorators:
        if isinstance(decorator, DecorateInfo):
            if decorator.device_type not in (None, "cpu") or decorator.cls_name not in COMPARING:
                continue
            found = decorator.decorators
        else:
            found = [decorator]
        for override in found:
            if isinstance(override, toleranceOverride) and precision in override.d:
                absolute, relative = override.d[precision]
                yield Tolerance(relative, absolute)
            if isinstance(override, precisionOverride) and precision in override.d:
                yield Tolerance(0.0, override.d[precision])
