"""Explains two mistakes at once, or one beside an unknown one: first the failures on ordinary inputs, then those on
edges and at odd magnitudes.

An explanation gives the submission's answers in every case of its stage and of those before, and is right wherever the
submission is. Other failures come from a second mistake, which combines with the first or is independent of it; else
they have no name. Where several explanations explain as much, only the mistakes that they share are named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.judging.fitting import Form, fitted, guards
from gradecheck.grading.judging.judged import Judged
from gradecheck.grading.judging.likeness import Likeness
from gradecheck.grading.judging.slips import Explanation, around, slip_of, traced
from gradecheck.grading.judging.stages import stages
from gradecheck.grading.judging.traces import Trace
from gradecheck.packs import catalogues, registry
from gradecheck.packs.mistakes.mistake import Mistake

FEWEST: Final = 3  # wrong answers of a stage that a mistake has to explain, if not all
MOST_FIRST: Final = 4
"""With more explanations of the same ordinary answers, second mistakes are not searched."""

Mask = NDArray[np.bool_]
Named = tuple[tuple[Mistake, Mask], ...]
"""Mistakes, each with the cases that it explains."""


@dataclass(frozen=True)
class _First:
    """An explanation of the first stage at which something is wrong.

    explained: the cases in which it gives the submission's answers.    explanation: its slips; None without any.
    """

    mistakes: tuple[Mistake, ...]
    trace: Trace
    explained: Mask
    explanation: Explanation | None

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(mistake.id for mistake in self.mistakes)


def explain(judged: Judged, seen: Trace, sheet: Likeness, catalogue: Sequence[tuple[Mistake, Trace]]) -> Named:
    """The mistakes that together explain all cases, or those of the first stage; none where nothing does."""
    return _Search(judged, seen, sheet, catalogue).found()


@dataclass(frozen=True)
class _Search:
    judged: Judged
    seen: Trace
    sheet: Likeness
    catalogue: Sequence[tuple[Mistake, Trace]]

    @cached_property
    def bad(self) -> Mask:
        return self.seen.wrong

    @cached_property
    def stage(self) -> NDArray[np.int64]:
        return stages(self.judged.banked)

    @cached_property
    def alone(self) -> list[_First]:
        """Every catalogued mistake that is wrong only where the function is."""
        found = []
        for mistake, trace in self.catalogue:
            if trace.affected and not (trace.wrong & ~self.bad).any():
                found.append(self._made((mistake,), trace))
        return found

    def _same(self, trace: Trace) -> Mask:
        same: Mask = np.asarray(self.sheet.matches(self.seen, trace).all(axis=1))
        return same

    def found(self) -> Named:
        if self.bad.sum() < FEWEST:
            return ()
        first = int(self.stage[self.bad].min())
        firsts = self._firsts(first)
        whole = _fewest([f for f in firsts if f.explained.all()])
        if whole:
            return _common([tuple((m, self.bad) for m in f.mistakes) for f in whole])
        firsts = _fewest(firsts)[:MOST_FIRST]
        rest = [named for f in firsts for named in self._with_others(f)]
        return _common(rest) or _common([tuple((m, f.explained & self.bad) for m in f.mistakes) for f in firsts])

    def _firsts(self, first: int) -> list[_First]:
        within = self.stage <= first
        concerned = within & self.bad
        found = [f for f in self.alone if f.explained[within].all() and self._tells(f, concerned)]
        if first > 0 or found:
            return found
        cases = self._telling(concerned, within)
        near = list(around(self.judged.banked, self.seen, self.sheet, cases)) if cases else []
        made = [self._made(e.mistakes, traced(self.judged.banked, e.answer), e) for e in near if e.mistakes]
        if any(len(f.mistakes) == 1 and f.explained.all() for f in made):
            return []  # a single factor is told by its sign, not as a product of two
        found = [f for f in made if len(f.mistakes) > 1 and self._explains(f, within)]
        if found:
            return found
        guarded = [self._made((*e.mistakes, m), trace) for e in near[:MOST_FIRST] for m, trace in self._guarded(e)]
        return [f for f in guarded if len(f.mistakes) > 1 and self._explains(f, within)]

    def _tells(self, f: _First, concerned: Mask) -> bool:
        """Whether some wrong case gave arrays, or in place of them exactly what the mistake gives."""
        said, own = self.seen.silent, f.trace.silent
        cases = np.flatnonzero(f.trace.wrong & concerned)
        return any(case not in said or said[case] == own.get(case) for case in map(int, cases))

    def _made(self, mistakes: tuple[Mistake, ...], trace: Trace, explanation: Explanation | None = None) -> _First:
        return _First(mistakes, trace, self._same(trace), explanation)

    def _explains(self, f: _First, within: Mask) -> bool:
        return bool(f.explained[within].all()) and not (f.trace.wrong & ~self.bad).any()

    def _telling(self, concerned: Mask, within: Mask) -> list[int]:
        """The cases of the stage, first the wrong one with the most numbers."""
        sizes = {int(c): self._size(int(c)) for c in np.flatnonzero(concerned)}
        numbers = {case: size for case, size in sizes.items() if size}
        if len(numbers) < FEWEST:
            return []
        start = max(numbers, key=lambda case: numbers[case])
        return [start, *(int(c) for c in np.flatnonzero(within) if c != start)]

    def _size(self, case: int) -> int:
        """How many numbers the answer has; 0 if they are not all finite."""
        parts = [self.seen.actual[self.sheet.part(case, result)] for result in range(self.sheet.results)]
        return sum(part.size for part in parts) if all(np.isfinite(part).all() for part in parts) else 0

    def _with_others(self, first: _First) -> Iterator[Named]:
        """Sets of mistakes that explain everything: the first, and one that combines with it or is independent."""
        for mistake, trace in self._going_with(first):
            if self._same(trace).all():
                yield (*((m, self.bad) for m in first.mistakes), (mistake, self.bad & ~first.explained))
        fits = fitted(self.judged, guards(self.judged.banked.contract))
        others = [*self.alone, *(self._made((m,), trace) for m, trace in fits)]
        for other in others:
            if other.ids != first.ids and _side_by_side(first, other):
                yield (
                    *((m, self.bad & first.explained) for m in first.mistakes),
                    *((m, self.bad & ~first.explained) for m in other.mistakes),
                )

    def _going_with(self, first: _First) -> Iterator[tuple[Mistake, Trace]]:
        """Mistakes under the same slips, and guards in the first one."""
        banked, (mistake, *_) = self.judged.banked, first.mistakes
        own = first.explanation or _as_explanation(mistake, registry.right(banked.contract))
        if own.base is None:
            for m in catalogues.mistakes(banked.contract):
                if not (m.before or m.sign or m.guard or m.costs == "hygiene"):
                    yield m, traced(banked, Explanation(own.slips, m, m.wrong).answer)
        yield from self._guarded(own)

    def _guarded(self, own: Explanation) -> Iterator[tuple[Mistake, Trace]]:
        """Guards under the slips; around a mistake, those of its arguments."""
        known = guards(self.judged.banked.contract)
        if own.base is None:
            forms = [(m, _under(own, form)) for m, form in known]
        else:
            forms = [(m, _within(own.answer, m.guard.before)) for m, _ in known if m.guard and m.guard.before]
        yield from fitted(self.judged, forms, traced(self.judged.banked, own.answer))


def _as_explanation(mistake: Mistake, right: Form) -> Explanation:
    slip = slip_of(mistake)
    return Explanation((slip,), None, right) if slip else Explanation((), mistake, mistake.wrong)


def _under(own: Explanation, form: Form) -> Form:
    """The guard under the slips."""

    def answer(*given: Any) -> Any:
        *arguments, constant = given
        return Explanation(own.slips, None, lambda *changed: form(*changed, constant)).answer(*arguments)

    return answer


def _within(answer: Form, before: Form) -> Form:
    """The mistake, with arguments that the guard has changed."""
    return lambda *given: answer(*before(*given))


def _side_by_side(a: _First, b: _First) -> bool:
    """Whether one of the two explains every case, where the other is right."""
    right_a, right_b = ~a.trace.wrong, ~b.trace.wrong
    both = (a.explained | b.explained) & (~right_a | b.explained) & (~right_b | a.explained)
    return bool(both.all()) and not a.explained.all() and not b.explained.all()


def _fewest(found: Sequence[_First]) -> list[_First]:
    """Those with the fewest mistakes."""
    least = min((len(f.mistakes) for f in found), default=0)
    return [f for f in found if len(f.mistakes) == least]


def _common(found: Sequence[Named]) -> Named:
    """The mistakes that all of them name."""
    if not found:
        return ()
    ids = frozenset.intersection(*(frozenset(m.id for m, _ in named) for named in found))
    return tuple((m, cases) for m, cases in found[0] if m.id in ids)
