"""Honest variants: right implementations that are written differently."""

from __future__ import annotations

from typing import Final

from gradecheck import Variant
from lectures.beyond.variants import (
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
VARIANTS: Final[tuple[Variant, ...]] = tuple(variant for chapter in CHAPTERS for variant in chapter.VARIANTS)
