"""The whole database, or a part of it, held apart; and the exceptions that a person has explained."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import Final

from gradecheck.operators.apart import held_apart
from gradecheck.operators.findings import Found, Operator
from gradecheck.operators.kinds import kind
from gradecheck.operators.samples import OPERATORS
from gradecheck.reporting.environment import environment

QUICK: Final = 3
"""Operators of each kind in the quick version."""


def run(names: Sequence[str], seed: int, quick: bool, at_once: int, tell: Callable[[Operator], None]) -> Found:
    """Every operator of these names, or of the whole database, with its record.

    Raises ValueError for a name that the database lacks.
    """
    for name in names:
        if name not in OPERATORS:
            msg = (
                f"operators: {name!r} is not in torch's database, but should be a name as torch formats it, such as mm"
            )
            raise ValueError(msg)
    chosen = tuple(names) or (few() if quick else tuple(OPERATORS))
    held = held_apart(chosen, (seed,), at_once, tell)
    return Found(environment(" ".join(sys.argv), seed), held, exceptions())


def few() -> tuple[str, ...]:
    """The first of each kind, spread over the database."""
    kinds: dict[str, list[str]] = {}
    for name, operator in OPERATORS.items():
        kinds.setdefault(kind(operator), []).append(name)
    return tuple(name for names in kinds.values() for name in names[:: max(1, len(names) // QUICK)][:QUICK])


def exceptions() -> Mapping[tuple[str, str, str], str]:
    """What is rightly outside its bound, and why, by operator, direction and precision."""
    text = files("gradecheck.operators").joinpath("exceptions.toml").read_text(encoding="utf-8")
    return {
        (name, direction, precision): entry["why"]
        for entry in tomllib.loads(text).get("exception", ())
        for name in entry["operators"]
        for direction in entry["directions"]
        for precision in entry["precisions"]
    }
