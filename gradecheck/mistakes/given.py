"""The right formula of other arguments: a mistake that goes with others, as each can be given what it makes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradecheck.mistakes.mistake import Mistake


def given(
    id: str, right: Callable[..., Any], before: Callable[..., tuple[Any, ...]], what: str, look: str
) -> Mistake:
    """before: the arguments that the right formula is given in place of its own."""
    return Mistake(
        id, id.partition("/")[0], lambda *arguments: right(*before(*arguments)), what, look, before=before
    )
