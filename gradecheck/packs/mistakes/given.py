"""Mistakes that are the right formula with other arguments. They combine: one changes the arguments of the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradecheck.packs.mistakes.mistake import Mistake

Before = Callable[..., tuple[Any, ...]]
"""Gives the changed arguments for the right ones."""


def of(right: Callable[..., Any], before: Before) -> Callable[..., Any]:
    """The right formula with the changed arguments."""
    return lambda *arguments: right(*before(*arguments))


def given(id: str, right: Callable[..., Any], before: Before, what: str, look: str) -> Mistake:
    return Mistake(id, id.partition("/")[0], of(right, before), what, look, before=before)
