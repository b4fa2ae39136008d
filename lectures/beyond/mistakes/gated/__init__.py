"""Mistakes in recurrent networks with gates, a cell a file."""

from __future__ import annotations

from typing import Final

from lectures.beyond.mistakes.gated import gru, lstm

MISTAKES: Final = (*lstm.MISTAKES, *gru.MISTAKES)
