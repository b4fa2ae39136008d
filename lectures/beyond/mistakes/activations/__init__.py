"""Mistakes in the activation functions beyond the lecture."""

from __future__ import annotations

from typing import Final

from lectures.beyond.mistakes.activations import elu, gelu, gelu_tanh, silu, softplus

MISTAKES: Final = (
    *silu.MISTAKES,
    *gelu.MISTAKES,
    *gelu_tanh.MISTAKES,
    *softplus.MISTAKES,
    *elu.MISTAKES,
)
