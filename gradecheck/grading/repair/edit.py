"""One change of the syntax tree of a submission, and what it says about the code."""

from __future__ import annotations

import ast
import contextlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gradecheck.grading.source import Place

__all__ = ["Edit", "Place"]


@dataclass(frozen=True, eq=False)
class Edit:
    """A statement at the top level with one change in it.

    operator: the kind of change, such as "axis".    rank: 1 for the likeliest.
    tree: the statement after the change; every node that was there before is shared.
    old, new: the node that is changed, and what is there after.    line: where the change is.
    was, now: the smallest expression or statement that contains the change, before and after, as Python.
    kind: what is wrong, as a sentence without the change: "The sum runs along the wrong axis."
    remedy: the change as a sentence, with the code in backticks: "`np.sum(e)` needs `axis=-1, keepdims=True`."
    """

    operator: str
    rank: int
    place: Place
    tree: ast.stmt
    old: ast.AST
    new: ast.AST
    line: int
    was: str
    now: str
    kind: str
    remedy: str


Changes = tuple[Edit, ...]
"""Edits of a submission as it is, that are made together."""


@lru_cache(maxsize=256)
def trees(changes: Changes) -> Mapping[Place, ast.stmt]:
    """Every changed statement after all its changes. ValueError where one change is of what another has changed."""
    found: dict[Place, ast.stmt] = {}
    for edit in changes:
        tree = found.get(edit.place)
        found[edit.place] = edit.tree if tree is None else put(tree, edit.old, edit.new)
        if found[edit.place] is tree:
            raise ValueError(edit.operator)
    return found


def pair(first: Edit, second: Edit) -> Changes | None:
    """Both edits, the outer one first; None where they cannot be made together."""
    for changes in ((first, second), (second, first)):
        with contextlib.suppress(ValueError):
            trees(changes)
            return changes
    return None


def put(tree: Any, old: ast.AST, new: ast.AST) -> Any:
    """The tree with another node in place of one; the tree itself where it has no such node."""
    if tree is old:
        return new
    if isinstance(tree, list):
        parts = [put(part, old, new) for part in tree]
        return parts if any(a is not b for a, b in zip(parts, tree, strict=True)) else tree
    if not isinstance(tree, ast.AST):
        return tree
    fields = {name: put(part, old, new) for name, part in ast.iter_fields(tree)}
    if all(fields[name] is getattr(tree, name) for name in fields):
        return tree
    return ast.copy_location(type(tree)(**fields), tree)


def difference(was: ast.AST, now: ast.AST) -> tuple[Counter[str], Counter[str]]:
    """The kinds of node that only the one tree has, and those that only the other has, with their names and values."""
    old, new = (Counter(map(_named, ast.walk(tree))) for tree in (was, now))
    return old - new, new - old


def _named(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return f"{type(node).__name__} {name}"
        case ast.Constant(value=value):
            return f"Constant {value!r}"
        case _:
            return type(node).__name__
