"""Whether two functions give the same wrong answers, within rounding."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.bank.store import BankedQuestion
from gradecheck.grading.judging.judged import UNSTABLE
from gradecheck.grading.judging.traces import Trace
from gradecheck.numbers.compare import errors
from gradecheck.numbers.rounding import UNIT

Flat = NDArray[np.float64]


class Likeness:
    """The flat arrays of a banked question, cut into segments: one for each result of each case.

    The bound on the difference of two evaluations of the same mistake is that of the right values, scaled: each value
    by how much larger it is than the right one, or, where terms cancel, by how much larger the largest value of its
    segment is; and the last rounding of either side is added. Values that are both right are not compared.
    """

    def __init__(self, banked: BankedQuestion) -> None:
        self.banked = banked
        self.results = len(banked.contract.results)
        self.lengths = np.diff(np.append(banked.starts, len(banked.values)))
        self.tight = np.where(np.isinf(banked.tight), 0.0, banked.tight)
        self.widest = np.maximum.reduceat(self.tight, banked.starts)
        self.roundoff = np.repeat([UNIT[np.dtype(r.dtype)] for r in banked.recipes], self.results)

    @cached_property
    def result_of(self) -> NDArray[np.int64]:
        """The result that each element belongs to."""
        return np.repeat(np.arange(len(self.lengths)) % self.results, self.lengths)

    @cached_property
    def reach(self) -> Flat:
        """For each segment, its largest bound over its largest value."""
        right = np.maximum.reduceat(_sizes(self.banked.values), self.banked.starts)
        with np.errstate(all="ignore"):
            return np.where(right > 0, self.widest / right, 0.0)

    def _right(self, actual: Flat, part: slice) -> NDArray[np.bool_]:
        """Whether each value is right, within the bound of the least accurate right form."""
        right: NDArray[np.bool_] = errors(actual, self.banked.values[part]) <= self.banked.loose[part]
        return right

    def alike(self, seen: Trace, other: Trace) -> bool:
        """Whether both answer alike in all of the results that the other gets wrong."""
        concerned = sorted(other.affected)
        shapes, others = ({k: x for k, x in t.misshapen.items() if k[1] in concerned} for t in (seen, other))
        return (
            shapes.keys() == others.keys()
            and all(self._same_segment(seen, other, result) for result in concerned)
            and self._same_values(seen, other, concerned)
            and all(self._same_odd(shapes[key], x, key) for key, x in others.items())
        )

    def _same_segment(self, seen: Trace, other: Trace, result: int) -> bool:
        """Whether both agree in the first case in which that result is wrong: that alone tells most mistakes apart."""
        case = int(np.argmax(seen.levels[:, result] >= UNSTABLE))
        return self.near(seen, other.actual[self.part(case, result)], case, result)

    def part(self, case: int, result: int) -> slice:
        """The place of that result of that case in the flat arrays."""
        segment = case * self.results + result
        return slice(self.banked.starts[segment], self.banked.starts[segment] + self.lengths[segment])

    def near(self, seen: Trace, values: Flat, case: int, result: int) -> bool:
        """Whether these values of one result of one case are those that were seen."""
        part, segment = self.part(case, result), case * self.results + result
        return not self._apart(seen.actual[part], values, part, slice(segment, segment + 1)).any()

    def _same_values(self, seen: Trace, other: Trace, concerned: Sequence[int]) -> bool:
        apart = self._apart(seen.actual, other.actual, slice(None), slice(None))
        return not (apart & np.isin(self.result_of, concerned)).any()

    def matches(self, seen: Trace, other: Trace) -> NDArray[np.bool_]:
        """For every case and result, whether both answer alike."""
        apart = self._apart(seen.actual, other.actual, slice(None), slice(None))
        same: NDArray[np.bool_] = ~np.logical_or.reduceat(apart, self.banked.starts).reshape(seen.levels.shape)
        for key in seen.misshapen.keys() | other.misshapen.keys():
            both = key in seen.misshapen and key in other.misshapen
            same[key] = both and self._same_odd(seen.misshapen[key], other.misshapen[key], key)
        for case in seen.silent.keys() | other.silent.keys():
            same[case] = seen.as_silent_in(other, case)
        return same

    def _apart(self, seen: Flat, other: Flat, part: slice, segments: slice) -> NDArray[np.bool_]:
        """Which of these elements are further apart than rounding explains.    segments: those of the elements."""
        sizes, lengths = _sizes(other), self.lengths[segments]
        with np.errstate(all="ignore"):
            own = self.tight[part] * (sizes / np.abs(self.banked.values[part]))
            tops = np.maximum.reduceat(sizes, self.banked.starts[segments] - self.banked.starts[segments][0])
            wide = np.repeat(np.maximum(self.widest[segments], self.reach[segments] * tops), lengths)
        own = np.where(np.isfinite(own), own, 0.0)
        bound = own + wide + 2 * np.repeat(self.roundoff[segments], lengths) * sizes
        off: NDArray[np.bool_] = (errors(seen, other) > bound) & ~np.isinf(self.banked.tight[part])
        return off & ~(self._right(seen, part) & self._right(other, part)) if off.any() else off

    def _same_odd(self, seen: Flat, other: Flat, at: tuple[int, int]) -> bool:
        """The same for answers of another shape than the right one."""
        if seen.shape != other.shape:
            return False
        segment = at[0] * self.results + at[1]
        bound = (self.reach[segment] + 2 * self.roundoff[segment]) * _sizes(other).max(initial=0.0)
        return bool((errors(seen, other) <= bound).all())


def _sizes(x: Flat) -> Flat:
    return np.abs(np.where(np.isfinite(x), x, 0.0))
