"""Names the mistake: the catalogued one that gives the submission's answers on every case.

A mistake is named only if it explains all cases and no other does. Where several results are wrong, each may have a
mistake of its own; the fewest that explain everything are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.judging.catalogue import known
from gradecheck.grading.judging.fitting import fitted, guards
from gradecheck.grading.judging.judged import Judged
from gradecheck.grading.judging.likeness import Likeness
from gradecheck.grading.judging.right_but import in_order, of_digits
from gradecheck.grading.judging.several import explain
from gradecheck.grading.judging.traces import Trace, trace
from gradecheck.packs.mistakes.mistake import Mistake

Known = TypeVar("Known")
Candidate = tuple[Mistake, Trace]


@dataclass(frozen=True)
class Diagnosis:
    """A mistake, and the numbers of the results that it explains; none for one of hygiene.

    cases: those that it explains; None for all.
    """

    mistake: Mistake
    results: frozenset[int]
    cases: frozenset[int] | None = None

    def explained(self, judged: Judged) -> NDArray[np.bool_]:
        """For every case and result, whether a failure there is explained."""
        results = np.isin(np.arange(judged.levels.shape[1]), list(self.results))
        cases = np.ones(len(judged.levels), bool)
        if self.cases is not None:
            cases = np.isin(np.arange(len(judged.levels)), list(self.cases))
        return cases[:, None] & results


def diagnose(judged: Judged) -> tuple[Diagnosis, ...]:
    """The catalogued mistakes that together explain everything, or else those that explain some of several results.

    None is named where several could explain the same.
    """
    if judged.flawless or judged.unwritten or judged.failing("limit"):
        return ()
    seen, sheet = trace(judged), Likeness(judged.banked)
    alike = answering_alike(seen, sheet, known(judged.banked))
    covers = _told_apart(seen, _covers(seen, alike))
    if not covers and seen.affected:
        named = {mistake.id for mistake, _ in alike}
        forms = [(m, form) for m, form in guards(judged.banked.contract) if m.id not in named]
        alike += answering_alike(seen, sheet, [] if judged.reasons or judged.misshapen else list(fitted(judged, forms)))
        covers = _told_apart(seen, _covers(seen, alike))
        covers = covers[:1] if all(mistake.guard for cover in covers for mistake, _ in cover) else covers
    if covers:
        return _named(covers[0]) if len(covers) == 1 else ()
    if seen.affected and (digits := of_digits(judged)):
        return (Diagnosis(digits, seen.affected),)
    if seen.affected and (ordered := in_order(judged)):
        order, again = ordered
        return (Diagnosis(order, seen.affected), *(d for d in diagnose(again) if d.results))
    several = explain(judged, seen, sheet, known(judged.banked)) if seen.affected else ()
    if several:
        return tuple(Diagnosis(m, seen.affected, frozenset(map(int, np.flatnonzero(cases)))) for m, cases in several)
    found: list[Diagnosis] = []
    for result in sorted(seen.affected):
        own = _told_apart(seen, [(c,) for c in alike if c[1].affected == {result}])
        found += _named(own[0]) if len(own) == 1 else ()
    return tuple(found)


def _named(cover: Sequence[Candidate]) -> tuple[Diagnosis, ...]:
    return tuple(Diagnosis(m, t.affected) for m, t in cover)


def _told_apart(seen: Trace, covers: list[tuple[Candidate, ...]]) -> list[tuple[Candidate, ...]]:
    """Those with the habits that were seen, if there are any: in every number, all of them are alike."""
    if len(covers) < 2:
        return covers
    return [cover for cover in covers if {h for _, t in cover for h in t.habits} == seen.habits] or covers


def answering_alike(seen: Trace, sheet: Likeness, known: Iterable[tuple[Known, Trace]]) -> list[tuple[Known, Trace]]:
    """Those that are wrong only where the submission is, and answer as it does there."""
    if not seen.affected:
        return [(m, t) for m, t in known if not t.affected and t.habits == seen.habits]
    return [
        (m, t)
        for m, t in known
        if t.affected and t.affected <= seen.affected and seen.as_silent(t) and sheet.alike(seen, t)
    ]


def _covers(seen: Trace, alike: Sequence[Candidate]) -> list[tuple[Candidate, ...]]:
    """The smallest sets of mistakes in different results that explain every failure."""
    for size in range(1, max(1, len(seen.affected)) + 1):
        found = [cover for cover in combinations(alike, size) if _partition(seen, cover)]
        if found:
            return found
    return []


def _partition(seen: Trace, cover: Sequence[Candidate]) -> bool:
    """Whether every wrong result belongs to exactly one of the mistakes."""
    results = [result for _, t in cover for result in t.affected]
    return len(results) == len(seen.affected) and set(results) == seen.affected
