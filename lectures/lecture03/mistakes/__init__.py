"""The catalogue of mistakes: every classic wrong implementation, chapter by chapter."""

from __future__ import annotations

from typing import Final

from gradecheck import Mistake
from lectures.lecture03.mistakes import activations, linear, losses, network, sgd

MISTAKES: Final[tuple[Mistake, ...]] = tuple(
    mistake for chapter in (activations, losses, linear, sgd, network) for mistake in chapter.MISTAKES
)
