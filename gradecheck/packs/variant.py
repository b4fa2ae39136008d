"""Variant: a right implementation of one function, written in another way. Marking must not call it wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gradecheck.numbers.compare import Verdict


@dataclass(frozen=True)
class Variant:
    """A right implementation that is not the obvious one.

    id: "<function>/<how>", in kebab case.      function: the contract's name.
    right: arrays in, arrays out.               how: what is different about it, as one sentence.
    at_worst: the harshest verdict that it may get: `less accurate` or `unstable` where it loses digits or overflows.
    """

    id: str
    function: str
    right: Callable[..., Any]
    how: str
    at_worst: Verdict = Verdict.AGREES
