"""One change of the syntax tree of a submission, and what it says about the code."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Place:
    """A statement at the top level of a cell, or of a file beside the cells.

    cell: from 0.    file: a path beside the cells; "" for a cell.    statement: its number in that code, from 0.
    """

    cell: int
    file: str
    statement: int


@dataclass(frozen=True, eq=False)
class Edit:
    """A statement at the top level with one change in it.

    operator: the kind of change, such as "axis".    tree: the statement after the change; every node that was there
    before keeps its line.    line: where the change is.
    was, now: the smallest expression or statement that contains the change, before and after, as Python.
    kind: what is wrong, as a sentence without the change: "The sum runs along the wrong axis."
    remedy: the change as a sentence, with the code in backticks: "`np.sum(e)` needs `axis=-1, keepdims=True`."
    """

    operator: str
    place: Place
    tree: ast.stmt
    line: int
    was: str
    now: str
    kind: str
    remedy: str

    @cached_property
    def text(self) -> str:
        """The changed statement as Python."""
        return ast.unparse(self.tree)
