"""Every contract of the lecture, in the lecture's order."""

from __future__ import annotations

from typing import Final

from lectures.lecture03.contracts import activations, linear, losses, network, sgd

ROWS: Final = tuple(row for chapter in (activations, losses, linear, sgd, network) for row in chapter.CONTRACTS)
