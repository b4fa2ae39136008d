"""Honest variants: right implementations written differently, by the function that they stand in for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gradecheck.mistakes.grouping import by_function
from gradecheck.variants import activations, linear, losses, network, sgd
from gradecheck.variants.variant import Variant

VARIANTS: Final[tuple[Variant, ...]] = tuple(
    variant for chapter in (activations, losses, linear, sgd, network) for variant in chapter.VARIANTS
)
BY_FUNCTION: Final[Mapping[str, tuple[Variant, ...]]] = by_function(VARIANTS)
