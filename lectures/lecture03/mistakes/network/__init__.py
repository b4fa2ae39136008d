"""Mistakes in putting it all together: the training of the single layer perceptron.

Most are the right training (perceptron.py) with one part replaced; some are made together.
"""

from __future__ import annotations

from typing import Final

from lectures.lecture03.mistakes.network import loop, losses, steps

MISTAKES: Final = (*losses.MISTAKES, *steps.MISTAKES, *loop.MISTAKES)
