"""Honest variants: right implementations written differently, chapter by chapter."""

from __future__ import annotations

from typing import Final

from gradecheck import Variant
from lectures.lecture03.variants import activations, linear, losses, network, sgd

VARIANTS: Final[tuple[Variant, ...]] = tuple(
    variant for chapter in (activations, losses, linear, sgd, network) for variant in chapter.VARIANTS
)
