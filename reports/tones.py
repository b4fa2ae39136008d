"""The signs and tones of verdicts and of outcomes, on pages and terminals."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

Tone = Literal["good", "fair", "bad"]

SIGNS: Final[Mapping[str, tuple[str, Tone]]] = MappingProxyType(
    {
        "exact": ("✓", "good"),
        "agrees": ("✓", "good"),
        "passed": ("✓", "good"),
        "less accurate": ("≈", "fair"),
        "limit": ("…", "fair"),
        "fault": ("?", "fair"),
        "hygiene": ("~", "fair"),
        "unreadable": ("?", "bad"),
        "unstable": ("!", "bad"),
        "vacuous": ("∅", "bad"),
        "missing": ("?", "bad"),
        "error": ("!", "bad"),
        "wrong": ("✗", "bad"),
        "error in your code": ("!", "bad"),
        "over a limit": ("…", "fair"),
        "not judged, a fault of ours": ("?", "fair"),
        "ok": ("✓", "good"),
        "lost": ("✗", "bad"),
        "still to be written": ("…", "fair"),
    }
)
"""The sign of each; the word always stands beside it."""
