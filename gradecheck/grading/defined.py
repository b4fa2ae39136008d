"""The statements of a file and the names that they bind, by its text. Nothing is run."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Collection, Iterable, Iterator
from typing import Final

STAR: Final = "*"
FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
Block = ast.If | ast.Try | ast.TryStar | ast.With | ast.For | ast.While


def statements(code: str) -> list[ast.stmt]:
    """The statements at the top level; none where Python cannot read the code."""
    try:
        return ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def definitions(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.stmt]]:
    """Each name that is bound at the top level, with its statement, in their order.

    Statements in an `if` or a `try` count, those in a function do not. `from a import *` binds STAR.
    """
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, statement
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from ((alias.asname or alias.name.partition(".")[0], statement) for alias in names)
            case ast.If() | ast.Try() | ast.TryStar() | ast.With() | ast.For() | ast.While():
                yield from ((name, statement) for name in _targets(statement))
                yield from definitions(inner(statement))
            case _:
                yield from ((name, statement) for name in _targets(statement))


def inner(block: Block) -> Iterator[ast.stmt]:
    """The statements within a statement."""
    for node in ast.iter_child_nodes(block):
        if isinstance(node, ast.stmt):
            yield node
        elif isinstance(node, ast.ExceptHandler):
            yield from node.body


def _targets(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement itself binds, without those of the statements within it."""
    for node in ast.iter_child_nodes(statement):
        if not isinstance(node, ast.stmt | ast.ExceptHandler):
            yield from (
                name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
            )


def used(statement: ast.stmt, also: Collection[str] = ()) -> Iterator[tuple[str, ...]]:
    """The global and built-in names that a statement uses, and those within them: np.exp is ("np", "exp") and ("np",).

    In the order of its text. Names of a function's own do not count, unless they are among `also`.
    """
    names = {*_global(statement), *also}
    for node in sorted(ast.walk(statement), key=lambda n: (getattr(n, "lineno", 0), getattr(n, "col_offset", 0))):
        chain: tuple[str, ...] = ()
        within: ast.AST = node
        while isinstance(within, ast.Attribute):
            chain = (within.attr, *chain)
            within = within.value
        if isinstance(within, ast.Name) and isinstance(within.ctx, ast.Load) and within.id in names:
            yield (within.id, *chain)


def _global(statement: ast.stmt) -> Iterator[str]:
    try:
        waiting = [symtable.symtable(ast.unparse(statement), "", "exec")]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    while waiting:
        table = waiting.pop()
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (table.get_type() == "module" or symbol.is_global()):
                yield symbol.get_name()
        waiting += table.get_children()


def is_stub(statement: ast.stmt) -> bool:
    """Whether a function is still to be written: it has only a docstring, pass, ... or NotImplementedError."""
    return isinstance(statement, FunctionDef) and all(map(_says_nothing, statement.body))


def _says_nothing(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Raise(exc=ast.Name(id=name) | ast.Call(func=ast.Name(id=name))):
            return name == "NotImplementedError"
    return False


def holds_code(statements: Iterable[ast.stmt]) -> bool:
    """Whether there is anything but texts and `pass`."""
    return any(not isinstance(s, ast.Pass) and not _is_text(s) for s in statements)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
