"""Where a submission's names come from, by its text: the statement at module level that should have bound a name."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradecheck.grading import defined
from gradecheck.grading.defined import STAR, definitions


@dataclass(frozen=True)
class Import:
    """A module that a statement imports, by the first part of its name."""

    line: int
    module: str


@dataclass(frozen=True)
class Statement:
    """A statement at module level. line: its first, decorators aside.   names: what it binds, if it runs to its end."""

    cell: int
    line: int
    names: frozenset[str]
    imports: tuple[Import, ...]


def statements(cells: Sequence[str]) -> tuple[Statement, ...]:
    """All that the cells hold; nothing of a cell that Python cannot read."""
    return tuple(
        Statement(number, node.lineno, frozenset(name for name, _ in definitions([node])), tuple(_imports([node])))
        for number, cell in enumerate(cells)
        for node in defined.statements(cell)
    )


class Statements(dict[str, Sequence[Statement]]):
    """By the file beside the cells that they stand in, which is read when it is asked for; "" is that of the cells."""

    def __init__(self, cells: Sequence[str], beside: Mapping[str, bytes]) -> None:
        super().__init__({"": statements(cells)})
        self._beside = beside

    def __missing__(self, file: str) -> Sequence[Statement]:
        found = self[file] = statements([self._beside.get(file, b"").decode(errors="replace")])
        return found


def _run(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All that is run at module level: nothing within a function or a class."""
    for node in nodes:
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield from _run(ast.iter_child_nodes(node))


def _imports(nodes: Iterable[ast.AST]) -> Iterator[Import]:
    for node in _run(nodes):
        match node:
            case ast.Import(names=aliases):
                yield from (Import(node.lineno, alias.name.partition(".")[0]) for alias in aliases)
            case ast.ImportFrom(module=str(module), level=0):
                yield Import(node.lineno, module.partition(".")[0])


def binding(name: str, found: Sequence[Statement]) -> list[Statement]:
    """The statements that should have bound the name; where there is none, those that may have bound anything."""
    return [s for s in found if name in s.names] or [s for s in found if STAR in s.names]
