"""Tries edits of one function in the jail, and judges what they answer."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.assignments.assignment import Question
from gradecheck.grading.bank.store import BankedQuestion
from gradecheck.grading.jail.answers import Limit
from gradecheck.grading.jail.right_values import Replaced
from gradecheck.grading.jail.session import Session
from gradecheck.grading.judging.calls import arguments
from gradecheck.grading.judging.credit import credit
from gradecheck.grading.judging.judged import SHAPE, UNSTABLE, WRONG, Judged, judge
from gradecheck.grading.repair.edit import Changes, Place, trees
from gradecheck.numbers.signs import FACTORS

AT_ONCE: Final = 32  # attempts in a message
FEW: Final = 2  # the same, at first and where one has just hung
HUNG: Final = 100  # edits that one counts as that has hung, for it takes as long
ANEW: Final = 20  # edits that one counts as for which the file is loaded anew
SECONDS: Final = 0.5  # of one attempt on few cases
TINY: Final = 1e-30
LARGE: Final = 1000
STEADY: Final = 1e-3  # relative: how near ratios are that are taken for one factor

Closeness = tuple[int, ...]


@dataclass
class Budget:
    """left: edits that may still be tried.    until: the monotonic clock's time after which none is."""

    left: int
    until: float

    @property
    def has_more(self) -> bool:
        return self.left > 0 and time.monotonic() < self.until

    def take(self, wanted: int) -> int:
        """How many of so many edits may be tried; they count as tried."""
        granted = min(wanted, self.left) if self.has_more else 0
        self.left -= granted
        return granted

    def part(self, share: float) -> Budget:
        """A budget of its own with a share of what is left."""
        part = Budget(int(share * self.left), self.until)
        self.left -= part.left
        return part


@dataclass(frozen=True)
class Trials:
    """The edits of one question's function. replaced: functions that have right values in their place."""

    session: Session
    question: Question
    replaced: Replaced

    def now(self, banked: BankedQuestion) -> Judged:
        """The answers of the function as it is."""
        return judge(banked, self.session.call(self.question.called, banked.calls, self.replaced).answers)

    def of(self, banked: BankedQuestion, tried: Iterable[Changes], budget: Budget) -> Iterator[tuple[Changes, Judged]]:
        """Each of these changes with its judged answers, as far as the budget reaches."""
        waiting, size = iter(tried), FEW
        while some := list(islice(waiting, budget.take(size))):
            judged = self.judged(banked, some)
            lost = sum(map(_lost, judged))
            budget.left -= lost
            size = FEW if lost else AT_ONCE
            yield from zip(some, judged, strict=True)

    def passes(self, banked: BankedQuestion, changes: Changes) -> bool:
        """Whether a function so changed passes every case."""
        return all(map(self.right, self.judged(banked, [changes], self.session.limits.question)))

    def judged(self, banked: BankedQuestion, tried: Sequence[Changes], seconds: float = SECONDS) -> list[Judged]:
        """The judged answers after each of these changes. seconds: limit of each."""
        texts = [statements(changes) for changes in tried]
        answers = self.session.attempt(self.question.called, banked.calls, texts, self.replaced, seconds=seconds)
        return [judge(banked, own) for own in answers]

    def right(self, judged: Judged) -> bool:
        """Whether every check passes, as far as the assignment asks for it."""
        if judged.flawless or not judged.right:
            return judged.flawless
        return all(share == 1 for share in credit(judged, (), self.question.allowed).shares.values())


def _lost(judged: Judged) -> int:
    """How many edits it counts as beside itself: where it took all its time, or a worker has to be started after it."""
    limits = {reason.which for reason in judged.reasons.values() if isinstance(reason, Limit) and reason.ran}
    return HUNG if limits - {"output"} else ANEW * bool(limits)


def statements(changes: Changes) -> tuple[tuple[Place, str], ...]:
    """The changed statements as Python."""
    return tuple((place, ast.unparse(tree)) for place, tree in trees(changes).items())


def closeness(judged: Judged) -> Closeness:
    """How far answers are from right ones; less is nearer.

    Counted are wrong results, those of them that are not a constant multiple of the right ones, those that are not
    there or have another number of elements, how badly they are wrong, findings of hygiene, and the size of the errors:
    their logarithms.
    """
    shapes = judged.banked.shapes
    other = sum(x.size != prod(shapes[case][result]) for (case, result), x in judged.misshapen.items())
    other += int((judged.levels > SHAPE).sum())
    bad = judged.levels >= UNSTABLE
    numbers = [(int(case), int(result)) for case, result in np.argwhere(judged.levels == WRONG)]
    steady = sum(_steady(judged, case, result) for case, result in numbers)
    size = sum(_magnitude(judged, case, result) for case, result in numbers)
    wrong = int(bad.sum())
    return wrong, wrong - steady, other, int(judged.levels[bad].sum()), len(judged.findings), size


def _values(judged: Judged, case: int, result: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The right values of a result, and the submission's."""
    starts = judged.banked.starts
    index = case * judged.levels.shape[1] + result
    part = slice(starts[index], starts[index + 1] if index + 1 < len(starts) else None)
    return judged.banked.values[part], judged.actual[part]


def _magnitude(judged: Judged, case: int, result: int) -> int:
    """How large the errors of a wrong result are, in quarters of a power of ten."""
    right, own = _values(judged, case, result)
    with np.errstate(all="ignore"):
        error = np.abs(own - right) / np.maximum(np.abs(right).max(initial=0), TINY)
    told = error[np.isfinite(error)]
    return int(4 * np.log10(np.median(told) + TINY)) if told.size else LARGE


def _steady(judged: Judged, case: int, result: int) -> bool:
    """Whether a wrong result is the right one times a factor: one number times one that often is a factor."""
    right, own = _values(judged, case, result)
    told = np.isfinite(right) & (right != 0)
    if not told.any() or not np.isfinite(own[told]).all():
        return False
    with np.errstate(all="ignore"):
        ratios = own[told] / right[told]
    known = [ratios[0]] if told.sum() > 1 else [factor(arguments(judged.banked, case)) for factor in FACTORS.values()]
    return any(factor != 0 and (np.abs(ratios - factor) <= STEADY * abs(factor)).all() for factor in known)
