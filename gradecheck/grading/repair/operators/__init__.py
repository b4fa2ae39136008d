"""The changes of a statement that could make it right: each is a function, and a row in the table of its chapter."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from gradecheck.grading.repair.edit import Edit, Place
from gradecheck.grading.repair.operators import (
    arithmetic,
    axes,
    branches,
    buffers,
    calls,
    evident,
    factors,
    gone,
    loops,
    names,
    numbers,
    operands,
    results,
    shapes,
    spelling,
    state,
    statements,
    stores,
)
from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.surgery import Change, Spot
from gradecheck.grading.repair.operators.tree import Tree
from gradecheck.grading.repair.terms import Terms

CHAPTERS: Final = (
    arithmetic,
    numbers,
    calls,
    axes,
    factors,
    operands,
    shapes,
    evident,
    spelling,
    names,
    buffers,
    branches,
    loops,
    results,
    statements,
    stores,
    state,
    gone,
)
OPERATORS: Final[tuple[Operator, ...]] = tuple(operator for chapter in CHAPTERS for operator in chapter.OPERATORS)
RANKS: Final = sorted({operator.rank for operator in OPERATORS})


def edits(statement: ast.stmt, place: Place, terms: Terms) -> Iterator[Edit]:
    """The edits of a statement at the top level of a module, likely ones first, each result once.

    None for a statement that is too large (tree.py says how large), or that cannot be written back as Python.
    """
    try:
        tree = Tree(statement)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return
    seen = {tree.number(statement)}
    for rank in RANKS:
        chosen = [operator for operator in OPERATORS if operator.rank == rank]
        for spot in tree.spots:
            for operator in chosen:
                if isinstance(spot.node, operator.on):
                    for change in operator.changes(spot, terms):
                        edit = _edit(tree, change, operator, place, seen)
                        if edit is not None:
                            yield edit


def _edit(tree: Tree, change: Change, operator: Operator, place: Place, seen: set[int]) -> Edit | None:
    """The statement with that change; None if it was seen already, or cannot be read back."""
    at = change.at
    number = tree.number_after(at, change.new)
    if number in seen:
        return None
    seen.add(number)
    before = list(change.was if change.was is not None else [at.node])
    after = list(change.now if change.now is not None else [change.new])
    near = next((node for node in before if hasattr(node, "lineno")), at.node)
    tree.locate(change.new, near)
    was, now = "\n".join(map(tree.text, before)), tree.written(after)
    if now is None:
        return None
    code = {"{was}": _shown(was), "{now}": _shown(now)}
    remedy = re.sub("{was}|{now}", lambda found: code[found[0]], change.remedy)
    remedy = _in_context(tree, at, remedy) if isinstance(at.node, ast.Name | ast.Constant | ast.Attribute) else remedy
    changed = at.put(change.new)
    line = change.line or near.lineno
    return Edit(operator.name, operator.rank, place, changed, at.node, change.new, line, was, now, change.kind, remedy)


def _shown(code: str) -> str:
    """The code for a sentence: its first line."""
    return code.partition("\n")[0].strip()


def _in_context(tree: Tree, at: Spot, remedy: str) -> str:
    """The sentence with the expression around a name or a number, which say little alone."""
    around = at.holder
    if not isinstance(around, ast.expr) or len(text := tree.text(around)) > 80:
        return remedy
    return f"{remedy.removesuffix('.')} in `{_shown(text)}`."
