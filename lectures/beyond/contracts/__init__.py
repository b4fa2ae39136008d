"""Every contract of the pack, chapter by chapter, in the order of a course."""

from __future__ import annotations

from typing import Final

from lectures.beyond.contracts import (
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
ROWS: Final = tuple(row for chapter in CHAPTERS for row in chapter.CONTRACTS)
