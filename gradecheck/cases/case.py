"""Case: the arguments of one call, and the recipe that it was drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Check = Literal["correctness", "edges", "stability"]
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Recipe:
    """All that a case was drawn from. The same recipe always gives the same case."""

    contract: str
    dtype: str
    regime: str
    layout: str
    sizes: tuple[tuple[str, Shape], ...]
    hostile: tuple[float, ...]
    seed: int


@dataclass(frozen=True)
class Case:
    """Arguments for one call. check: what a failure here costs a submission. A shrunk case has no recipe."""

    contract: str
    check: Check
    arguments: tuple[Any, ...]
    recipe: Recipe | None = None
