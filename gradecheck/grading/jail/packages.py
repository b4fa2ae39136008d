"""Which packages a submission can import: the standard library, NumPy, and those that its assignment names."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import metadata
from typing import Final

APART: Final = ("torch", "gradecheck", "manual", "reference")


def available(packages: Sequence[str] = ()) -> frozenset[str]:
    """The names of all modules at top level that a submission can import where these packages are shown."""
    return frozenset({"numpy", *packages, *sys.stdlib_module_names})


def problem(package: str) -> str:
    """Why a package cannot be shown to submissions; "" where it can."""
    if package in APART:
        return "right answers come from there, and they never share a process with a submission"
    try:
        metadata.distribution(package)
    except (metadata.PackageNotFoundError, ValueError):
        return "not installed here"
    return ""
