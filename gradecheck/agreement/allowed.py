"""What an answer may be: the twin's numbers, and how far rounding may take a right one from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from gradecheck.numbers.compare import Comparison, Finding, Verdict, compare, failed
from gradecheck.verifying.records import Witness

Array = NDArray[Any]
Several = Callable[[], tuple[Array, ...]]


@dataclass(frozen=True)
class Allowed:
    """What `compare` expects of an answer (compare.Expected).

    wider, true: the bound of a right but less accurate answer, and the values in higher precision: both take as long
    as all the rest, and are asked for where a number is off.
    given: arrays and numbers of the call, where it is known; they are asked for where it is explained what is wrong.
    """

    names: tuple[str, ...]
    values: tuple[Array, ...]
    tight: tuple[Array, ...]
    precision: str
    wider: Several
    true: Several | None = None
    given: Several = tuple

    @cached_property
    def arguments(self) -> tuple[Any, ...]:
        return self.given()

    @cached_property
    def loose(self) -> tuple[Array, ...]:
        return self.wider()

    @property
    def unstable(self) -> tuple[NDArray[np.bool_], ...]:
        """Nowhere: a twin is one form."""
        return tuple(np.zeros(value.shape, bool) for value in self.values)

    def compare(self, arrays: tuple[Array, ...], findings: tuple[Finding, ...]) -> Comparison:
        """An answer held against it: its arrays, which are none where it could not be taken."""
        if not self.names:
            return Comparison(Verdict.VACUOUS, None, findings)
        return compare(arrays, self, findings) if arrays else failed(*findings)

    def only(self, kept: Sequence[int]) -> Allowed:
        """What is allowed for some of the results."""

        def of(several: tuple[Any, ...]) -> tuple[Any, ...]:
            return tuple(several[i] for i in kept)

        true = self.true
        return replace(
            self,
            names=of(self.names),
            values=of(self.values),
            tight=of(self.tight),
            wider=lambda: of(self.loose),
            true=None if true is None else lambda: of(true()),
        )

    def witness(self, comparison: Comparison) -> Witness | None:
        """How far both sides are from the true value of the worst number; None where nothing more exact is known."""
        element = comparison.worst
        if self.true is None or self.precision == "float64" or element is None:
            return None
        true = float(self.true()[self.names.index(element.result)][element.index])
        if not np.isfinite(true):
            return None
        info = torch.finfo(getattr(torch, self.precision))
        ulp = max(info.eps * 2.0 ** (np.frexp(true)[1] - 1), info.smallest_normal)
        off = (abs(x - true) / ulp if np.isfinite(x) else np.inf for x in (element.actual, element.expected))
        return Witness(f"{true:.10g}", *off)
