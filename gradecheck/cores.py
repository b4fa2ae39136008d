"""The processors that this process may use."""

from __future__ import annotations

import os


def cores() -> int:
    """How many there are; where the system does not say which are ours, every one counts."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1
