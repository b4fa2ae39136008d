"""What code is made of: operations with a place for a value, and values. What is gone may be put back from there."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Final

from gradecheck.grading.repair.operators.holes import names, operations_of, size, small
from gradecheck.grading.repair.terms import HOLE, NO_PIECES, NP, Pieces
from gradecheck.grading.repair.written import written
from gradecheck.packs.contract import Contract

WHOLE: Final = 300  # nodes of an expression of the formula, at most
VALUES: Final = (ast.Call, ast.BinOp, ast.UnaryOp, ast.Subscript, ast.Compare, ast.Attribute)


@lru_cache(maxsize=64)
def pieces(contract: Contract) -> Pieces:
    """Those of the right formula: as it is printed, and as the pack computes it, in the contract's names.

    None of a contract that is of no pack.
    """
    if not contract.pack:
        return NO_PIECES
    operations: dict[str, None] = {}
    values: dict[str, None] = {}
    for one in reversed(written(contract)):
        functions = {s.name: s for s in one.statements.values() if isinstance(s, ast.FunctionDef)}
        own = functions[contract.name].args.args
        meant = {a.arg: ast.Name(b.name, ast.Load()) for a, b in zip(own, contract.arguments, strict=False)}
        for expression in _expressions(functions[contract.name].body, meant, functions):
            arguments = {argument.name for argument in contract.arguments}
            operations |= dict.fromkeys(small(_operations(expression), arguments | {HOLE, NP}))
            values |= dict.fromkeys(small(_values(expression), arguments | {NP}))
    return Pieces(tuple(operations), tuple(values))


def _expressions(
    body: Iterable[ast.stmt], arguments: Mapping[str, ast.expr], functions: Mapping[str, ast.FunctionDef]
) -> Iterator[ast.expr]:
    """What a function computes, in its own arguments as far as every name is given once, in a row."""
    meant = dict(arguments)
    for statement in body:
        value = getattr(statement, "value", None)
        if not isinstance(value, ast.expr):
            continue
        plain = _Plain(meant, functions).visit(deepcopy(value))
        if size(plain, WHOLE) < WHOLE:
            yield plain
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                meant[statement.targets[0].id] = plain


class _Plain(ast.NodeTransformer):
    """Names and calls of functions as what they stand for."""

    def __init__(self, meant: Mapping[str, ast.expr], functions: Mapping[str, ast.FunctionDef]) -> None:
        self.meant, self.functions = meant, functions

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.meant.get(node.id, node) if isinstance(node.ctx, ast.Load) else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        called = self.functions.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if called is None or node.keywords or len(node.args) != len(called.args.args):
            return node
        given = {a.arg: x for a, x in zip(called.args.args, node.args, strict=True)}
        inner = {name: function for name, function in self.functions.items() if function is not called}
        *_, result = _expressions(called.body, given, inner)
        return result if isinstance(called.body[-1], ast.Return) else node


def _operations(code: ast.expr) -> Iterator[ast.expr]:
    yield from (operation for node in ast.walk(code) for operation in operations_of(node))


def _values(code: ast.expr) -> Iterator[ast.expr]:
    called = {id(node.func) for node in ast.walk(code) if isinstance(node, ast.Call)}
    values = (node for node in ast.walk(code) if isinstance(node, VALUES) and id(node) not in called)
    yield from (node for node in values if names(node) - {NP})
