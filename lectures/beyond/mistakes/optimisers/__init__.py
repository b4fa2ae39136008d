"""Mistakes in one step of an optimiser, and in clipping by the norm."""

from __future__ import annotations

from typing import Final

from lectures.beyond.mistakes.optimisers import adam, clipping, plain

MISTAKES: Final = (*plain.MISTAKES, *adam.MISTAKES, *clipping.MISTAKES)
