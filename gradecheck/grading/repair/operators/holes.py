"""Code with a hole: an operation with a place for any value."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from copy import deepcopy
from itertools import islice
from typing import Any, Final

from gradecheck.grading.repair.terms import HOLE

SIZE: Final = 16  # nodes of a piece, at most
LARGEST: Final = 200  # nodes of an operation, with the operand


def operations_of(node: ast.AST) -> Iterator[ast.expr]:
    """An operation with a hole in place of an operand, wherever that stands in it; each operand in turn."""
    for operand in _operands(node):
        if not isinstance(operand, ast.Constant | ast.Starred) and size(node, LARGEST) < LARGEST:
            yield _Holed(ast.dump(operand)).visit(deepcopy(node))


def _operands(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.Call(func=ast.Attribute(value=ast.Name("np")) | ast.Name(), args=args):
            return args
        case ast.Call(func=ast.Attribute(value=value), args=args):
            return [value, *args]
        case ast.Subscript(value=value, ctx=ast.Load()) | ast.Attribute(value=value, attr="T"):
            return [value]
        case ast.Compare(left=left):
            return [left]
    return []


class _Holed(ast.NodeTransformer):
    def __init__(self, same: str) -> None:
        self.same = same

    def visit(self, node: ast.AST) -> Any:
        return ast.Name(HOLE, ast.Load()) if ast.dump(node) == self.same else self.generic_visit(node)


def small(found: Iterable[ast.expr], known: Collection[str]) -> Iterator[str]:
    """As Python: those that are small and use no other names, the smallest first."""
    for node in sorted(found, key=lambda node: size(node, SIZE)):
        if size(node, SIZE) < SIZE and names(node) <= set(known):
            yield ast.unparse(node)


def names(code: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(code) if isinstance(node, ast.Name)}


def size(node: ast.AST, most: int) -> int:
    return len(list(islice(ast.walk(node), most)))
