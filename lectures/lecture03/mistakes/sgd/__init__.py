"""Mistakes in a step of gradient descent, without and with momentum."""

from __future__ import annotations

from typing import Final

from lectures.lecture03.mistakes.sgd import arrays, step, velocity, weights

MISTAKES: Final = (
    *step.MISTAKES,
    *velocity.MISTAKES,
    *weights.MISTAKES,
    *arrays.MISTAKES,
)
