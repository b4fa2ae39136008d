"""Numbers of the course beyond the lecture, with the common values of each."""

from __future__ import annotations

from math import inf
from typing import Final

from gradecheck.arguments import kinds

eps: Final = kinds.number(
    "eps",
    common=(1e-8, 1e-5, 1e-6, 1e-3),
    other=lambda rng: 10 ** rng.uniform(-8, -1),
    fits=lambda x: 0 < x < inf,
    says="a positive number",
    simple=(1.0, 0.1, 1e-5, 1e-8),
    examples=(0.5, 1e-5, 1e-8),
    called=("eps", "epsilon"),
)
