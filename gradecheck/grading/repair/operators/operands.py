"""Operands that are missing: another name, or what stands elsewhere in the function, as a factor, a term, a divisor."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, islice
from typing import Any, Final

from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.scopes import Scope, is_length
from gradecheck.grading.repair.operators.surgery import Change, Spot, form
from gradecheck.grading.repair.operators.values import function_of, is_value
from gradecheck.grading.repair.terms import Terms

Changes = Iterator[Change]

FACTOR: Final = "A factor is missing."
TERM: Final = "A term is missing."
DIVISION: Final = "A division is missing."
PRODUCT: Final = "A matrix product is missing."
FORMS: Final = (
    ("X * Y", FACTOR),
    ("X - Y", TERM),
    ("X + Y", TERM),
    ("X / Y", DIVISION),
    ("Y - X", TERM),
    ("Y / X", DIVISION),
)
MATRICES: Final = (("X @ Y", PRODUCT), ("Y @ X", PRODUCT), ("X @ Y.T", PRODUCT), ("Y.T @ X", PRODUCT))
ALONE: Final = (*FORMS, *MATRICES[:2])
AMONG_MATRICES: Final = (FORMS[0], MATRICES[3], *FORMS[1:3], *MATRICES[:3], *FORMS[3:])
UNUSED_BOTH: Final = "Two names are not used at all."
TOGETHER: Final = ("X - A * B", "X + A * B", "X - A / B")
OWN: Final = (
    ("X / X.sum(axis=-1, keepdims=True)", "A division is missing: the numbers by their sum."),
    ("X / X.sum()", "A division is missing: the numbers by their sum."),
    ("X - X.max(axis=-1, keepdims=True)", "A term is missing: the maximum."),
)

UNUSED: Final = 3  # names that the function does not read
NAMES: Final = 10  # that are tried as an operand
PARTS: Final = 8  # expressions from elsewhere that are
CALLS: Final = 2  # functions of the submission, and arguments of them
SIZE: Final = 12  # nodes of such an expression, at most
EACH: Final = 30  # edits of one expression, at most; fewer in a long function
ALL: Final = 240  # edits of a function, about
LEAST: Final = 6
SHARE: Final = 5  # one of so many is likely


@dataclass(frozen=True)
class Operands:
    """What a function could compute with. unused: names that it never reads.    names: all, those read least first.

    parts: expressions that stand in it, or could.    matrices: whether it multiplies matrices.
    each: edits of an expression, at most.
    """

    unused: tuple[ast.expr, ...]
    names: tuple[ast.expr, ...]
    parts: tuple[ast.expr, ...]
    matrices: bool
    each: int


@lru_cache(maxsize=16)
def operands(scope: Scope, terms: Terms) -> Operands:
    nodes = scope.nodes
    places = sum(isinstance(node, ast.BinOp | ast.Call | ast.Name) for node in nodes)
    reads = Counter(node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
    names = sorted((name for name in scope.names if name not in terms.functions), key=lambda name: reads[name])
    own = getattr(scope.function, "name", "")
    unary = [name for name, needed in terms.functions.items() if needed == 1 and name != own]
    calls = [form("F(X)", F=function, X=name) for function in unary[-CALLS:] for name in scope.arguments[:CALLS]]
    return Operands(
        _names(scope.unused[:UNUSED]),
        _names(names[:NAMES]),
        (*_indexed(scope), *_parts(scope, terms), *calls),
        any(isinstance(node, ast.MatMult) or function_of(node) in ("dot", "matmul") for node in nodes),
        max(LEAST, min(EACH, ALL // max(places, 1))),
    )


def _names(names: Any) -> tuple[ast.expr, ...]:
    return tuple(ast.Name(name, ast.Load()) for name in names)


def _parts(scope: Scope, terms: Terms) -> list[ast.expr]:
    """Attributes, subscripts and calls of the function, each once, the short ones first."""
    seen: dict[str, tuple[int, ast.expr]] = {}
    for node in scope.nodes:
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Call) and (is_value(node, terms) or is_length(node)):
            size = len(list(islice(ast.walk(node), 2 * SIZE)))
            if size <= SIZE and not isinstance(getattr(node, "value", None), ast.Constant):
                seen.setdefault(ast.unparse(node), (size, node))
    found = [node for _, node in sorted(seen.values(), key=lambda own: own[0])]
    return [node for node in found if not isinstance(getattr(node, "ctx", None), ast.Store)][:PARTS]


def _indexed(scope: Scope) -> list[ast.expr]:
    """The names that the function does not use, with an index that stands in it."""
    indices = {ast.unparse(n.slice): n.slice for n in scope.nodes if isinstance(n, ast.Subscript) and not is_length(n)}
    return [form("X[I]", X=name, I=index) for name in scope.unused for index in list(indices.values())[:CALLS]]


def unused_operand(spot: Spot, terms: Terms) -> Changes:
    """A name that is not used at all, as an operand; two of them, as their product."""
    if not _is_term(spot, terms) or not spot.scope.unused:
        return
    unused = operands(spot.scope, terms).unused
    for name in unused:
        for text, kind in (*FORMS, *MATRICES):
            if _makes_sense(spot, kind):
                yield _with(spot, text, name, _unused(spot, name) or kind)
    if _makes_sense(spot, TERM):
        for a, b in islice(combinations(unused, 2), 3):
            for text in TOGETHER:
                yield Change(spot, form(text, X=spot.node, A=a, B=b), UNUSED_BOTH)


def _unused(spot: Spot, name: Any) -> str:
    return "An argument is not used at all." if name.id in spot.scope.arguments else ""


def likely_operand(spot: Spot, terms: Terms) -> Changes:
    """A name as an operand of a whole result, an argument, a sum."""
    if _is_term(spot, terms):
        known = operands(spot.scope, terms)
        yield from islice(_others(spot, known.names, known), max(2, known.each // SHARE))


def operand(spot: Spot, terms: Terms) -> Changes:
    """A name, or what stands elsewhere, as an operand of any value."""
    if is_place(spot, terms):
        known = operands(spot.scope, terms)
        yield from islice(_others(spot, (*known.names, *known.parts), known), known.each)


def _others(spot: Spot, others: tuple[ast.expr, ...], known: Operands) -> Changes:
    """The likelier operands with the likelier operators first."""
    own = {ast.unparse(node) for node in (spot.node, spot.holder) if isinstance(node, ast.expr)}
    near = {ast.unparse(node) for node in ast.walk(spot.node) if isinstance(node, ast.expr)}
    forms = (
        (FORMS[0], MATRICES[3], *FORMS[1:3], *MATRICES[:3], *FORMS[3:]) if known.matrices else (*FORMS, *MATRICES[:2])
    )
    texts = [(text, kind) for text, kind in forms if _makes_sense(spot, kind)]
    if isinstance(spot.node, ast.UnaryOp):
        texts.sort(key=lambda form: form[0] != "X + Y")
    chosen = sorted(others, key=lambda other: ast.unparse(other) in near)
    steps = sorted((i + j, i, j) for i in range(len(chosen)) for j in range(len(texts)))
    for _, i, j in steps:
        if ast.unparse(chosen[i]) not in own:
            yield _with(spot, texts[j][0], chosen[i], texts[j][1])


def _with(spot: Spot, text: str, other: ast.expr, kind: str) -> Change:
    minus = isinstance(spot.node, ast.UnaryOp) and isinstance(spot.node.op, ast.USub)
    if minus and text == "X + Y":
        return Change(spot, form("Y - X", X=spot.node.operand, Y=other), kind)
    return Change(spot, form(text, X=spot.node, Y=other), kind)


def _makes_sense(spot: Spot, kind: str) -> bool:
    """Whether such a change here is no other than one of the expression around it."""
    match spot.holder:
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return kind != TERM
        case ast.BinOp(op=ast.Mult() | ast.Div()):
            return kind not in (FACTOR, DIVISION)
        case ast.UnaryOp(op=ast.USub()):
            return kind == PRODUCT
    return True


def own_operand(spot: Spot, terms: Terms) -> Changes:
    """`x` as `x / x.sum(axis=-1, keepdims=True)`."""
    if _is_term(spot, terms) and not spot.method and len(list(islice(ast.walk(spot.node), 2 * SIZE))) < 2 * SIZE:
        for text, kind in OWN:
            yield Change(spot, form(text, X=spot.node), kind)


def power(spot: Spot, terms: Terms) -> Changes:
    """`x` as `x ** y`."""
    if _is_term(spot, terms):
        for name in operands(spot.scope, terms).unused:
            yield Change(spot, form("X ** Y", X=spot.node, Y=name), _unused(spot, name) or "A power is missing.")
            yield Change(spot, form("Y ** X", X=spot.node, Y=name), _unused(spot, name) or "A power is missing.")


def is_place(spot: Spot, terms: Terms) -> bool:
    """Whether a value stands there that could be part of an operation."""
    element = isinstance(spot.holder, ast.Tuple | ast.List) and spot.zone == "value"
    placed = spot.whole or spot.operand or spot.argument or spot.method or element
    truth = isinstance(spot.node, ast.Compare) and (spot.whole or spot.operand)
    return placed and (truth or is_value(spot.node, terms)) and not is_length(spot.node)


def _is_term(spot: Spot, terms: Terms) -> bool:
    """Whether it is a result, an argument of a function, or a term of a sum."""
    return is_place(spot, terms) and not (
        spot.operand
        and isinstance(spot.holder, ast.BinOp)
        and not isinstance(spot.holder.op, ast.Add | ast.Sub | ast.MatMult)
    )


OPERATORS: Final = (
    Operator("operand", 1, ast.expr, unused_operand),
    Operator("operand", 2, ast.expr, likely_operand),
    Operator("operand", 3, ast.expr, own_operand),
    Operator("operand", 3, ast.expr, power),
    Operator("operand", 4, ast.expr, operand),
)
