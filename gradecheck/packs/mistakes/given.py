"""The right formula of other arguments: a mistake that goes with others, as each can be given what it makes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradecheck.packs.mistakes.mistake import Mistake

Before = Callable[..., tuple[Any, ...]]
"""The arguments that the right formula is given in place of its own."""


def of(right: Callable[..., Any], before: Before) -> Callable[..., Any]:
    """The right formula of what is made of its arguments."""
    return lambda *arguments: right(*before(*arguments))


def given(id: str, right: Callable[..., Any], before: Before, what: str, look: str) -> Mistake:
    return Mistake(id, id.partition("/")[0], of(right, before), what, look, before=before)
