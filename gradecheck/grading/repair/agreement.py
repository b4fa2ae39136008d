"""Chooses one of several changes that all make a function right."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from gradecheck.grading.repair.edit import Changes, Edit

SHARED: Final = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)
"""Nodes of which Python has one for the whole program."""


def by_size(passing: Sequence[Changes]) -> list[list[Changes]]:
    """Those that change least come first, and of these the likelier."""
    sizes = [sum(map(size, changes)) for changes in passing]
    return [
        [changes for changes, own in zip(passing, sizes, strict=True) if own == least] for least in sorted(set(sizes))
    ]


def agree(alike: Sequence[Changes]) -> bool:
    """Whether changes of one size all say the same about what was wrong."""
    return len({tuple(edit.kind for edit in changes) for changes in alike}) == 1


def size(edit: Edit) -> int:
    """How many nodes an edit takes away, puts in, and moves to another place."""
    before, after = dict(_placed(edit.old)), dict(_placed(edit.new))
    kept = before.keys() & after.keys()
    moved = sum(before[node] != after[node] for node in kept)
    return len(before) + len(after) - 2 * len(kept) + moved


def _placed(tree: ast.AST) -> Iterator[tuple[int, tuple[str, int]]]:
    """Every node of a tree, with its place in the one that holds it."""
    yield id(tree), ("", 0)
    for name, value in ast.iter_fields(tree):
        for i, part in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(part, ast.AST) and not isinstance(part, SHARED):
                inner = _placed(part)
                next(inner)
                yield id(part), (name, i)
                yield from inner
