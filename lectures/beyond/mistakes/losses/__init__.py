"""Mistakes in the losses beyond the lecture."""

from __future__ import annotations

from typing import Final

from lectures.beyond.mistakes.losses import bce_with_logits, huber, kl_div

MISTAKES: Final = (
    *bce_with_logits.MISTAKES,
    *huber.MISTAKES,
    *kl_div.MISTAKES,
)
