"""An operator: one way to change a node."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gradecheck.grading.repair.operators.surgery import Change, Spot
from gradecheck.grading.repair.terms import Terms


@dataclass(frozen=True)
class Operator:
    """name: as of an Edit.    rank: 1 for the likeliest.    on: the nodes that it changes.
    changes: those of the node at a spot.
    """

    name: str
    rank: int
    on: type[ast.AST] | tuple[type[ast.AST], ...]
    changes: Callable[[Spot, Terms], Iterator[Change]]
