"""A submission with changed statements in its text: every other line stays as it is."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from gradecheck.grading.defined import statements
from gradecheck.grading.repair.spliced import spliced
from gradecheck.grading.source import File, Place, Source
from gradecheck.grading.submissions.texts import decode


def edited(source: Source, changes: Iterable[tuple[Place, str]]) -> Source | None:
    """The submission with these statements changed; None where one cannot be, without changing another.

    So it is where several statements share a line, and the changed one needs lines of its own.
    """
    cells, beside = list(source.cells), {file.path: file.data for file in source.beside}
    try:
        for place, text in sorted(changes, key=lambda change: change[0].statement, reverse=True):
            if place.file:
                read = decode(beside[place.file])
                beside[place.file] = _changed(read.text, place.statement, text).encode(read.encoding)
            else:
                cells[place.cell] = _changed(cells[place.cell], place.statement, text)
    except (ValueError, RecursionError):
        return None
    return replace(
        source, cells=tuple(cells), beside=tuple(File(file.path, beside[file.path]) for file in source.beside)
    )


def _changed(code: str, number: int, text: str) -> str:
    """The code with another statement of that number. Raises ValueError where it says something else then."""
    before = statements(code)
    old = before[number]
    decorators: list[ast.expr] = getattr(old, "decorator_list", [])
    start = (decorators[0].lineno, 0) if decorators else (old.lineno, old.col_offset)
    new = spliced(code, start, (old.end_lineno or old.lineno, old.end_col_offset or 0), text)
    wanted = [*before[:number], *statements(text), *before[number + 1 :]]
    if list(map(ast.dump, statements(new))) != list(map(ast.dump, wanted)):
        message = f"statement {number} cannot be changed alone"
        raise ValueError(message)
    return new
