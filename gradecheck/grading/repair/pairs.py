"""Two edits together: where the first brings the answers nearer, or where one slip was made twice."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, combinations_with_replacement, groupby, product
from operator import itemgetter
from typing import Final

from gradecheck.grading.judging.judged import Judged
from gradecheck.grading.repair.edit import Changes, Edit, difference, pair
from gradecheck.grading.repair.trials import closeness

FIRSTS: Final = 8
ALIKE: Final = 6  # edits that say the same, at most: more say too little


def firsts(tried: Mapping[Edit, Judged], before: Judged) -> list[Edit]:
    """The edits after which answers are nearest to right ones, if they are nearer than before."""
    began, near = closeness(before), {edit: closeness(answers) for edit, answers in tried.items()}
    return sorted((edit for edit in near if near[edit] < began), key=near.__getitem__)[:FIRSTS]


def after(firsts: Sequence[Edit], edits: Sequence[Edit]) -> Iterator[Changes]:
    """Every edit with each of the first ones: with the second one half as soon as with the first, and so on."""
    rows = (_paired(first, edits, place) for place, first in enumerate(firsts, 1))
    return (changes for _, changes in heapq.merge(*rows, key=itemgetter(0)) if changes is not None)


def _paired(first: Edit, edits: Sequence[Edit], place: int) -> Iterator[tuple[int, Changes | None]]:
    """The first edit with each other, and when it is tried.    place: of the first edit, from 1."""
    return ((place * i, pair(first, edit)) for i, edit in enumerate(edits, 1) if edit is not first)


def twice(edits: Sequence[Edit]) -> Iterator[Changes]:
    """Edits that change the same to the same, or say the same of two places: one slip that was made twice."""
    alike: dict[object, list[Edit]] = {}
    for edit in edits:
        alike.setdefault((edit.operator, *map(frozenset, difference(edit.old, edit.new))), []).append(edit)
        alike.setdefault((edit.operator, edit.kind), []).append(edit)
    groups = (own for own in alike.values() if len(own) <= ALIKE)
    pairs = dict.fromkeys(both for own in groups for both in combinations(own, 2))
    together = (pair(*both) for both in pairs)
    return (changes for changes in together if changes is not None)


def likely(edits: Sequence[Edit]) -> Iterator[Changes]:
    """All pairs, the likeliest first.    edits: the likely ones first."""
    by_rank = {rank: list(own) for rank, own in groupby(edits, lambda edit: edit.rank)}
    ranks = sorted(combinations_with_replacement(by_rank, 2), key=lambda both: (sum(both), both))
    for a, b in ranks:
        for first, second in combinations(by_rank[a], 2) if a == b else product(by_rank[a], by_rank[b]):
            if (changes := pair(first, second)) is not None:
                yield changes
