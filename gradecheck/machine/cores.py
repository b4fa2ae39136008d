"""The processors that this process may use, and the threads that its arithmetic may start."""

from __future__ import annotations

import os
from typing import Final

THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Variables that say how many; read when NumPy and torch load."""


def cores() -> int:
    """How many there are; where the system does not say which are ours, every one counts."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1
