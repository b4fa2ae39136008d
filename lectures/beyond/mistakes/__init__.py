"""The catalogue of mistakes: classic wrong implementations, chapter by chapter."""

from __future__ import annotations

from typing import Final

from gradecheck import Mistake
from lectures.beyond.mistakes import (
    activations,
    attention,
    convolution,
    dropout,
    embedding,
    gated,
    losses,
    normalisation,
    optimisers,
    pooling,
    recurrent,
)

CHAPTERS: Final = (
    activations,
    losses,
    optimisers,
    dropout,
    normalisation,
    convolution,
    pooling,
    embedding,
    recurrent,
    gated,
    attention,
)
MISTAKES: Final[tuple[Mistake, ...]] = tuple(mistake for chapter in CHAPTERS for mistake in chapter.MISTAKES)
