"""Guards: a number that keeps a logarithm from 0, or a denominator. One mistake, whatever the number is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradecheck.packs.mistakes.given import of
from gradecheck.packs.mistakes.mistake import Guard, Mistake


def guarded(
    id: str,
    form: Callable[..., Any],
    usual: float,
    what: str,
    look: str,
    before: Callable[..., tuple[Any, ...]] | None = None,
) -> Mistake:
    """form, before: take the arguments and then the constant.    what: with {c} in place of the constant.

    Where the inputs cannot tell two guards apart, the first is named: "p is raised to at least {c}" holds for both.
    """
    return Mistake(
        id,
        id.partition("/")[0],
        lambda *arguments: form(*arguments, usual),
        what.format(c=f"{usual:g}"),
        look,
        costs="stability",
        guard=Guard(form, what, usual, before),
    )


def guarding(
    id: str,
    right: Callable[..., Any],
    before: Callable[..., tuple[Any, ...]],
    usual: float,
    what: str,
    look: str,
) -> Mistake:
    """A guard that changes the arguments of the right formula. before: gives the changed ones."""
    return guarded(id, of(right, before), usual, what, look, before)
