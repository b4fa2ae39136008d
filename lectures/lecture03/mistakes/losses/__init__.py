"""Mistakes in the losses and their gradients."""

from __future__ import annotations

from typing import Final

from lectures.lecture03.mistakes.losses import (
    cross_entropy,
    cross_entropy_backward,
    mse,
    softmax_cross_entropy,
    softmax_cross_entropy_backward,
)

MISTAKES: Final = (
    *mse.MISTAKES,
    *cross_entropy.MISTAKES,
    *cross_entropy_backward.MISTAKES,
    *softmax_cross_entropy.MISTAKES,
    *softmax_cross_entropy_backward.MISTAKES,
)
