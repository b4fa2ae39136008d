"""Changes that put back what is gone: an operation around a value, the value of a name, a line."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from itertools import permutations
from typing import Final

from gradecheck.grading.repair.operators.holes import operations_of, small
from gradecheck.grading.repair.operators.operands import DIVISION, FACTOR, PRODUCT, TERM, is_place, operands
from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.put_back import written_here
from gradecheck.grading.repair.operators.scopes import Scope
from gradecheck.grading.repair.operators.surgery import Change, Spot, followed, form, preceded
from gradecheck.grading.repair.operators.values import function_of
from gradecheck.grading.repair.operators.words import NOUNS, a
from gradecheck.grading.repair.terms import BUILT_IN, HOLE, Terms

Changes = Iterator[Change]

USUAL: Final = (
    "np.maximum(_, 0)",
    "np.minimum(_, 0)",
    "_.sum(axis=-1, keepdims=True)",
    "_.sum(axis=-1)",
    "_.sum(axis=0)",
    "_.sum()",
    "_.mean()",
    "_.max(axis=-1, keepdims=True)",
    "np.abs(_)",
    "np.sqrt(_)",
    "np.log1p(_)",
    "np.expm1(_)",
    "np.array(_)",
    "np.hstack(_)",
    "np.zeros_like(_)",
    "_.reshape(-1, 1)",
    "_[:, None]",
    "_[None, :]",
    "tuple(_)",
    "list(_)",
    "_.copy()",
)
"""Operations that code often has around a value."""

LIKES: Final = 8  # pairs of names
LINES: Final = 40  # of a block, at most: a longer one has no line put back
NODES: Final = 1000  # of a function, in which operations are looked for
MISSING: Final = {ast.Add: TERM, ast.Sub: TERM, ast.Mult: FACTOR, ast.Div: DIVISION, ast.MatMult: PRODUCT}


def of_formula(spot: Spot, terms: Terms) -> Changes:
    """`x` as `np.exp(x)`, `x - x.max()`: an operation of the formula around a value."""
    if is_place(spot, terms):
        yield from _around(spot, terms.pieces.operations, terms)


def usual(spot: Spot, terms: Terms) -> Changes:
    """The same with operations that code often has, where a formula is known of which something may be gone."""
    if terms.pieces.operations and is_place(spot, terms):
        yield from _around(spot, USUAL, terms)


def of_function(spot: Spot, terms: Terms) -> Changes:
    """The same with operations that stand elsewhere in the function."""
    if terms.pieces.operations and is_place(spot, terms):
        for text in _of_function(spot.scope, terms)[: operands(spot.scope, terms).each]:
            new = form(text, **{HOLE: spot.node})
            yield Change(spot, new, _kind(new))


@lru_cache(maxsize=16)
def _of_function(scope: Scope, terms: Terms) -> tuple[str, ...]:
    known = {*scope.names, *scope.bound, *terms.names, scope.object, HOLE, *BUILT_IN}
    return tuple(dict.fromkeys(small((o for node in scope.nodes[:NODES] for o in operations_of(node)), known)))


def _around(spot: Spot, operations: tuple[str, ...], terms: Terms) -> Changes:
    for new in written_here(operations, spot.scope, terms, spot.node):
        yield Change(spot, new, _kind(new))


def _kind(new: ast.expr) -> str:
    match new:
        case ast.BinOp(op=op):
            return MISSING.get(type(op), "An operation is missing.")
        case ast.Compare():
            return "A comparison is missing."
        case ast.Subscript():
            return "An index is missing."
        case ast.Attribute(attr="T"):
            return "A matrix is not transposed."
    name = function_of(new)
    return f"{a(NOUNS[name]).capitalize()} is missing." if name in NOUNS else "A call is missing."


def given_anew(spot: Spot, terms: Terms) -> Changes:
    """`x = np.exp(x)` before a line, for a name that this line and others read."""
    if spot.index is None or spot.scope.function is None or len(spot.siblings) > LINES:
        return
    for name in _read_first(spot):
        for value in written_here(terms.pieces.operations, spot.scope, terms, ast.Name(name, ast.Load())):
            new = ast.Assign([ast.Name(name, ast.Store())], value)
            yield preceded(spot, new, "A line is missing that gives a name another value.")


def _read_first(spot: Spot) -> list[str]:
    """The names with a value that this statement reads, and others after it or it more than once; none before it."""
    before, here, after = (Counter(name for s in part for name in _read(s)) for part in _around_it(spot))
    given = {n.id for s in spot.siblings[: spot.index] for n in ast.walk(s) if isinstance(n, ast.Name)}
    known = given | set(spot.scope.arguments)
    return [name for name in here if name in known and here[name] + after[name] > 1 and not before[name]]


def _around_it(spot: Spot) -> tuple[list[ast.stmt], list[ast.stmt], list[ast.stmt]]:
    at = spot.index or 0
    return spot.siblings[:at], [spot.node], spot.siblings[at + 1 :]


def _read(statement: ast.stmt) -> Iterator[str]:
    yield from (n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))


def twin(spot: Spot, terms: Terms) -> Changes:
    """`db = g.sum()` after `dW = g.T @ x` where each stands for its like: the same line for the other of two names."""
    if not 0 < len(spot.siblings) <= LINES or not isinstance(spot.node, ast.Assign | ast.AugAssign | ast.Expr):
        return
    here = {ast.dump(statement) for statement in spot.siblings}
    for one, other in _likes(spot.scope):
        new = _Exchanged(one, other).visit(deepcopy(spot.node))
        if ast.dump(new) not in here:
            yield followed(spot, new, "A line is missing that stands there for the other of two names.")


class _Exchanged(ast.NodeTransformer):
    """With one part of names in place of another: W for b in v_b, db, self.b, d["b"]."""

    def __init__(self, one: str, other: str) -> None:
        self.one, self.other = one, other

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(self._exchanged(node.id), node.ctx)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return ast.Attribute(self.visit(node.value), self._exchanged(node.attr), node.ctx)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant(self._exchanged(node.value)) if isinstance(node.value, str) else node

    def _exchanged(self, name: str) -> str:
        return "".join(self.other if part == self.one else part for part in _parts_of(name))


def _parts_of(name: str) -> list[str]:
    """v_W is v, _, W; dW is d, W."""
    return re.findall(r"^d(?=[A-Zbwx]\d*$)|[^_]+|_", name)


@lru_cache(maxsize=16)
def _likes(scope: Scope) -> list[tuple[str, str]]:
    """Parts in which two names differ that are alike in all else: W and b, for dW and db."""
    names = {name: _parts_of(name) for node in scope.nodes[:NODES] for name in _name(node)}
    found: dict[tuple[str, str], None] = {}
    for one, other in permutations(names.values(), 2):
        if len(one) == len(other) > 1:
            differ = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
            if len(differ) == 1:
                found[differ[0]] = None
    return list(found)[:LIKES]


def _name(node: ast.AST) -> tuple[str, ...]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
            return (name,)
    return ()


OPERATORS: Final = (
    Operator("gone", 3, ast.expr, of_formula),
    Operator("line-missing", 2, ast.stmt, twin),
    Operator("line-missing", 3, ast.stmt, given_anew),
    Operator("gone", 4, ast.expr, usual),
    Operator("gone", 4, ast.expr, of_function),
)
