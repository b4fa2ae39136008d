"""Mistakes in layer norm, RMS norm and batch norm."""

from __future__ import annotations

from typing import Final

from lectures.beyond.mistakes.normalisation import kept, rms, standardised

MISTAKES: Final = (*standardised.MISTAKES, *rms.MISTAKES, *kept.MISTAKES)
