"""Notes on imports: those that an assignment does not allow, and functions of math in place of NumPy's.

These cost nothing by themselves: the jail lacks packages that are not allowed.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from gradecheck.grading.defined import statements
from gradecheck.grading.submissions.names import line_told

COMMON: Final = frozenset(name for name in dir(math) if callable(getattr(np, name, None)))


def notes(cells: Sequence[str], allowed: Sequence[str] | None) -> tuple[str, ...]:
    """A sentence for each line that imports something not allowed. None allows all that the jail has."""
    if allowed is None:
        return ()
    found = [
        (number, line, module)
        for number, cell in enumerate(cells)
        for line, module in sorted(imported(cell))
        if module not in allowed
    ]
    may = ", ".join(allowed) or "nothing"
    several = len(cells) > 1
    return tuple(
        f"{line_told(number if several else None, line)} imports {module}, but this assignment allows {may}; "
        "this costs nothing by itself, but write what you need of it in NumPy"
        for number, line, module in found
    )


def overridden(cells: Sequence[str]) -> tuple[str, ...]:
    """A sentence where functions of math take the place of NumPy's of the same names, and are used."""
    if not all(any(f"from {module} import" in cell for cell in cells) for module in ("numpy", "math")):
        return ()  # as for nearly every submission
    of_numpy: set[str] = set()
    lost: dict[str, str] = {}  # name -> the line that imports it from math
    used: set[str] = set()
    for number, cell in enumerate(cells):
        for node in _nodes(cell):  # in the order in which they run
            match node:
                case ast.ImportFrom(module="numpy" | "math" as module, names=imported, lineno=line):
                    named = {alias.asname or alias.name for alias in imported}
                    names = COMMON if "*" in named else COMMON & named
                    if module == "numpy":
                        of_numpy |= names
                        lost = {name: where for name, where in lost.items() if name not in names}
                    else:
                        where = line_told(number if len(cells) > 1 else None, line)
                        lost |= dict.fromkeys(names & of_numpy, where)
                case ast.Name(id=name):
                    used.add(name)
    lines = {where: sorted(n for n in used if lost.get(n) == where) for where in dict.fromkeys(lost.values())}
    return tuple(
        f"{where} puts math's {', '.join(names)} in place of NumPy's, and they take single numbers only; "
        "import NumPy's after them, or write np.exp and the like"
        for where, names in lines.items()
        if names
    )


def _nodes(cell: str) -> Iterator[ast.AST]:
    """All of a cell, outer statements before inner ones."""
    return ast.walk(ast.Module(statements(cell), []))


def imported(cell: str) -> Iterator[tuple[int, str]]:
    """Line and top-level module of every import statement, and of __import__ and import_module with a literal name."""
    for node in _nodes(cell):
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
