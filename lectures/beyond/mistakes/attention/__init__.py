"""Mistakes in attention and its gradients."""

from __future__ import annotations

from typing import Final

from lectures.beyond.mistakes.attention import multi_head, scaled_dot_product

MISTAKES: Final = (*scaled_dot_product.MISTAKES, *multi_head.MISTAKES)
