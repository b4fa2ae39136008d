"""The catalogue of mistakes: every classic wrong implementation, by the function that it stands in for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gradecheck.mistakes import activations, linear, losses, network, sgd
from gradecheck.mistakes.grouping import by_function
from gradecheck.mistakes.mistake import Mistake

MISTAKES: Final[tuple[Mistake, ...]] = tuple(
    mistake for chapter in (activations, losses, linear, sgd, network) for mistake in chapter.MISTAKES
)
BY_FUNCTION: Final[Mapping[str, tuple[Mistake, ...]]] = by_function(MISTAKES)
