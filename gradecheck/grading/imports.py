"""Imports that an assignment does not allow, found in the source. They cost nothing: the jail lacks them anyway."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence


def notes(cells: Sequence[str], allowed: Sequence[str] | None) -> tuple[str, ...]:
    """A sentence for each line that imports something else. None allows whatever the jail has."""
    if allowed is None:
        return ()
    found = [
        (number, line, module)
        for number, cell in enumerate(cells)
        for line, module in sorted(_imported(cell))
        if module not in allowed
    ]
    may = ", ".join(allowed) or "nothing"
    several = len(cells) > 1
    return tuple(
        f"{f'cell {number}, ' if several else ''}line {line} imports {module}, but this assignment allows {may}; "
        "this costs nothing by itself, but write what you need of it in NumPy"
        for number, line, module in found
    )


def _imported(cell: str) -> Iterator[tuple[int, str]]:
    """Line and top-level module of every import statement, and of __import__ and import_module with a plain name."""
    try:
        tree = ast.parse(cell)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name.split(".")[0]) for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield node.lineno, module.split(".")[0]
            case ast.Call(
                func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield node.lineno, name.split(".")[0]
