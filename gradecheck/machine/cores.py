"""The processors that this process may use, and the threads that its arithmetic may start."""

from __future__ import annotations

import os
from typing import Final

THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Environment variables for the number of threads; NumPy and torch read them when they load."""


def cores() -> int:
    """How many cores this process may use; all of them where the system does not tell."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1
