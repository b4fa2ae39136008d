"""Scores in bins of equal width."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

BINS: Final = 10


@dataclass(frozen=True)
class Bin:
    """How many scores are in [low, high), or [low, high] for the last one."""

    low: float
    high: float
    count: int


def histogram(scores: Iterable[float], max_score: float) -> tuple[Bin, ...]:
    """The scores in equal bins from 0 to max_score; a full score is in the last."""
    edges = [max_score * i / BINS for i in range(BINS + 1)]
    counts = Counter(min(bisect_right(edges, score), BINS) - 1 for score in scores)
    return tuple(Bin(edges[i], edges[i + 1], counts[i]) for i in range(BINS))
