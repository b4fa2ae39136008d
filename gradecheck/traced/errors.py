"""What cannot be bounded, a sentence each: the thing, what it was, what it should be, what to do."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import torch

OURS: Final = (str(Path(__file__).parents[1]), str(Path(torch.__file__).parent))
"""Folders whose frames are not the twin's."""


class Unbounded(Exception):  # noqa: N818  a state of affairs, as StopIteration is
    """A twin that no bound can be had for."""


class Unruled(Unbounded):
    """An operator that has no rule, and that torch does not decompose into ones that have."""

    def __init__(self, operator: str, instead: str = "write the twin with other operators of torch") -> None:
        self.operator = operator
        super().__init__(
            f"{operator}, called at {_place()}, has no rule for balls, so nothing bounds its rounding error: "
            f"{instead}, or add a rule to gradecheck/traced/rules"
        )


def _place() -> str:
    """The innermost line of code that is neither torch's nor ours."""
    frame = sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename.startswith(OURS):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}, line {frame.f_lineno}"


class Unsure(Unbounded):
    """Control flow that depends on a number that rounding may change."""

    def __init__(self, what: str, value: str) -> None:
        super().__init__(
            f"{what} that rounding decides: it is {value}, and the twin goes on by it. It should be a choice that "
            "rounding leaves alone: use torch.where, or inputs that are further from the border"
        )


class Random(Unbounded):
    """A twin that draws random numbers: two calls differ, and no bound says by how much."""

    def __init__(self, operator: str) -> None:
        super().__init__(
            f"{operator} draws random numbers, and a twin should give the same numbers for the same inputs: call "
            "eval() on the module, or draw the numbers outside and pass them as an argument"
        )


class Complex(Unbounded):
    def __init__(self, operator: str) -> None:
        super().__init__(
            f"{operator} returns complex numbers, and bounds are for real ones: compare the real and the imaginary "
            "part, or torch.view_as_real of it"
        )


class NoNumbers(Unbounded):
    """A twin that takes or gives no floating-point numbers."""


class Overwritten(Unbounded):
    """A tensor made outside that the twin writes rounded numbers to."""

    def __init__(self, operator: str) -> None:
        super().__init__(
            f"{operator} writes to a tensor that was made outside the twin, which knows no rounding error: make it "
            "inside, for example with torch.zeros_like, or pass it as an argument"
        )


class Manifold(Unbounded):
    """An operator with many right answers."""

    def __init__(self, operator: str, why: str) -> None:
        super().__init__(
            f"{operator} has many right answers, because {why}: compare what they agree in, such as the product of the "
            "factors or the values without the vectors"
        )
