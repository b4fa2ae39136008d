"""Changes of operators: which one, on what, in which order, and how the operands are grouped."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.scopes import is_length
from gradecheck.grading.repair.operators.surgery import Change, Spot, altered, form
from gradecheck.grading.repair.operators.values import is_value
from gradecheck.grading.repair.operators.words import ELEMENTS, MATRIX, SUM_MEANT, in_place_of
from gradecheck.grading.repair.terms import Terms

Changes = Iterator[Change]

SIGN: Final = "The sign is turned."
GROUPING: Final = "A pair of parentheses is missing, or stands in the wrong place."

NOUNS: Final[Mapping[type[ast.operator], str]] = MappingProxyType(
    {
        ast.Add: "addition",
        ast.Sub: "subtraction",
        ast.Mult: "product",
        ast.Div: "division",
        ast.MatMult: "matrix product",
        ast.Pow: "power",
        ast.FloorDiv: "division without remainder",
        ast.Mod: "remainder",
        ast.BitXor: "exclusive or",
        ast.BitAnd: "and",
        ast.BitOr: "or",
    }
)
LIKELY: Final[Mapping[type[ast.operator], tuple[type[ast.operator], ...]]] = MappingProxyType(
    {
        ast.Add: (ast.Sub,),
        ast.Sub: (ast.Add,),
        ast.Mult: (ast.Div, ast.MatMult),
        ast.Div: (ast.Mult,),
        ast.MatMult: (ast.Mult,),
        ast.FloorDiv: (ast.Div,),
        ast.BitXor: (ast.Pow,),
        ast.BitAnd: (ast.BitOr,),
        ast.BitOr: (ast.BitAnd,),
    }
)
UNLIKELY: Final[Mapping[type[ast.operator], tuple[type[ast.operator], ...]]] = MappingProxyType(
    {
        ast.Add: (ast.Mult, ast.Div),
        ast.Sub: (ast.Mult, ast.Div),
        ast.Mult: (ast.Add, ast.Sub, ast.Pow),
        ast.Div: (ast.FloorDiv, ast.Sub, ast.Add),
        ast.Pow: (ast.Mult,),
        ast.Mod: (ast.FloorDiv,),
        ast.FloorDiv: (ast.Mod,),
    }
)
TOO_MANY: Final[Mapping[type[ast.operator], str]] = MappingProxyType(
    {
        ast.Add: "There is a term too many.",
        ast.Sub: "There is a term too many.",
        ast.Mult: "There is a factor too many.",
        ast.Div: "There is a division too many.",
        ast.Pow: "There is a power too many.",
        ast.MatMult: "There is a matrix product too many.",
    }
)
ASSOCIATIVE: Final = {(ast.Add, ast.Add), (ast.Mult, ast.Mult), (ast.Add, ast.Sub), (ast.Mult, ast.Div)}
"""Operators of `a . (b . c)` that may be grouped either way."""

STRICTER: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = MappingProxyType(
    {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
)
TURNED: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = MappingProxyType(
    {
        **{ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq},
        **{ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In},
    }
)
OPPOSITE: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = MappingProxyType(
    {ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.Gt, ast.NotEq: ast.Gt}
)


def likely_operator(spot: Spot, terms: Terms) -> Changes:
    yield from _operators(spot, LIKELY)


def unlikely_operator(spot: Spot, terms: Terms) -> Changes:
    if spot.zone == "value":
        yield from _operators(spot, UNLIKELY)


def _operators(spot: Spot, others: Mapping[type[ast.operator], tuple[type[ast.operator], ...]]) -> Changes:
    now = type(spot.node.op)
    for other in others.get(now, ()):
        kind = in_place_of(NOUNS[now], NOUNS[other])
        if {now, other} == {ast.Add, ast.Sub}:
            kind = SIGN
        elif ast.MatMult in (now, other):
            kind = MATRIX if now is ast.MatMult else ELEMENTS
        yield Change(spot, altered(spot.node, op=other()), kind)


def operands_swapped(spot: Spot, terms: Terms) -> Changes:
    node = spot.node
    if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult | ast.Pow | ast.FloorDiv):
        kind = SIGN if isinstance(node.op, ast.Sub) else "The operands are in the wrong order."
        yield Change(spot, altered(node, left=node.right, right=node.left), kind)


def operand_dropped(spot: Spot, terms: Terms) -> Changes:
    node = spot.node
    if type(node.op) not in TOO_MANY:
        return
    kind = TOO_MANY[type(node.op)]
    if isinstance(node.op, ast.Div) and is_length(node.right):
        kind = SUM_MEANT
    remedy = "`{was}` should be `{now}` alone."
    yield Change(spot, node.left, kind, remedy)
    if isinstance(node.op, ast.Sub | ast.Div) and isinstance(node.left, ast.Constant):
        whole = "complement" if isinstance(node.op, ast.Sub) else "reciprocal"
        yield Change(spot, node.right, f"A {whole} is taken that should not be.", remedy)
    elif isinstance(node.op, ast.Sub):
        yield Change(spot, ast.UnaryOp(ast.USub(), node.right), kind, remedy)
    elif isinstance(node.op, ast.Add | ast.Mult | ast.MatMult):
        yield Change(spot, node.right, kind, remedy)


def divisor_alone(spot: Spot, terms: Terms) -> Changes:
    """`y / x` as `x`."""
    if isinstance(spot.node.op, ast.Div) and not isinstance(spot.node.left, ast.Constant):
        yield Change(spot, spot.node.right, TOO_MANY[ast.Div], "`{was}` should be `{now}` alone.")


def regrouped(spot: Spot, terms: Terms) -> Changes:
    """`a . b . c` with the parentheses around the other two."""
    match spot.node:
        case ast.BinOp(a, outer, ast.BinOp(b, inner, c)) if (type(outer), type(inner)) not in ASSOCIATIVE:
            yield Change(spot, ast.BinOp(ast.BinOp(a, outer, b), inner, c), GROUPING)
    match spot.node:
        case ast.BinOp(ast.BinOp(a, inner, b), outer, c) if (type(inner), type(outer)) not in ASSOCIATIVE:
            yield Change(spot, ast.BinOp(a, inner, ast.BinOp(b, outer, c)), GROUPING)


def minus_regrouped(spot: Spot, terms: Terms) -> Changes:
    """`-(a . b)` and `-a . b`."""
    match spot.node:
        case ast.UnaryOp(op, ast.BinOp(a, ast.Add() | ast.Sub() | ast.Pow() as inner, b)):
            yield Change(spot, ast.BinOp(ast.UnaryOp(op, a), inner, b), GROUPING)
        case ast.BinOp(ast.UnaryOp(op, a), ast.Add() | ast.Sub() | ast.Pow() as inner, b):
            yield Change(spot, ast.UnaryOp(op, ast.BinOp(a, inner, b)), GROUPING)


def into_call(spot: Spot, terms: Terms) -> Changes:
    """`f(a) . b`, `f(a . b)` and `a . f(b)`."""
    match spot.node:
        case ast.BinOp(ast.Call(args=[a, *rest]) as call, op, b) if is_value(spot.node.left, terms):
            inside = altered(call, args=[ast.BinOp(a, op, b), *rest])
            yield Change(spot, inside, "Something stands outside of a call that belongs inside.")
        case ast.Call(args=[ast.BinOp(a, op, b), *rest]) if spot.zone == "value" and is_value(spot.node, terms):
            for outside in (
                ast.BinOp(altered(spot.node, args=[a, *rest]), op, b),
                ast.BinOp(a, op, altered(spot.node, args=[b, *rest])),
            ):
                yield Change(spot, outside, "Something stands inside of a call that belongs outside.")
    match spot.node:
        case ast.BinOp(a, op, ast.Call(args=[b, *rest]) as call) if is_value(spot.node.right, terms):
            inside = altered(call, args=[ast.BinOp(a, op, b), *rest])
            yield Change(spot, inside, "Something stands outside of a call that belongs inside.")


def negated(spot: Spot, terms: Terms) -> Changes:
    """A minus before a result, a term, an argument, an exponent."""
    holder = spot.holder
    second = isinstance(holder, ast.BinOp) and not isinstance(holder.op, ast.Pow) and spot.field == "right"
    product = isinstance(holder, ast.BinOp) and isinstance(holder.op, ast.Mult | ast.Div | ast.MatMult)
    placed = spot.whole or spot.argument or (spot.operand and isinstance(holder, ast.BinOp))
    if placed and not second and not product and is_value(spot.node, terms) and not is_length(spot.node):
        yield Change(spot, ast.UnaryOp(ast.USub(), spot.node), SIGN)


def minus_dropped(spot: Spot, terms: Terms) -> Changes:
    if isinstance(spot.node.op, ast.USub) and spot.zone != "option":
        yield Change(spot, spot.node.operand, SIGN)


def squared(spot: Spot, terms: Terms) -> Changes:
    """A square of an operand, an argument or a result."""
    node = spot.node
    power = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)
    base = isinstance(spot.holder, ast.BinOp) and isinstance(spot.holder.op, ast.Pow)
    placed = spot.operand or spot.argument or spot.whole or spot.method
    if placed and not power and not base and is_value(node, terms) and not is_length(node):
        yield Change(spot, form("X ** 2", X=node), "A square is missing.")


def comparison(spot: Spot, terms: Terms) -> Changes:
    for table, kind in (
        (STRICTER, "The boundary itself falls on the wrong side of a comparison."),
        (TURNED, "A comparison is turned."),
        (OPPOSITE, "A comparison is turned."),
    ):
        for i, op in enumerate(spot.node.ops):
            if type(op) in table:
                ops = [*spot.node.ops[:i], table[type(op)](), *spot.node.ops[i + 1 :]]
                yield Change(spot, altered(spot.node, ops=ops), kind)


def connective(spot: Spot, terms: Terms) -> Changes:
    """`and` for `or`, and a condition dropped."""
    node = spot.node
    other: ast.boolop = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield Change(spot, altered(node, op=other), "Two conditions are joined in the wrong way.")
    for i in range(len(node.values)):
        rest = [*node.values[:i], *node.values[i + 1 :]]
        left = rest[0] if len(rest) == 1 else altered(node, values=rest)
        yield Change(spot, left, "There is a condition too many.", "`{was}` should be `{now}` alone.")


def denied(spot: Spot, terms: Terms) -> Changes:
    """`not` and `~` dropped."""
    if isinstance(spot.node.op, ast.Not | ast.Invert):
        yield Change(spot, spot.node.operand, "A condition is turned.")


OPERATORS: Final = (
    Operator("operator", 1, (ast.BinOp, ast.AugAssign), likely_operator),
    Operator("comparison", 1, ast.Compare, comparison),
    Operator("sign", 1, ast.UnaryOp, minus_dropped),
    Operator("grouping", 1, ast.BinOp, regrouped),
    Operator("grouping", 2, (ast.BinOp, ast.UnaryOp), minus_regrouped),
    Operator("order", 1, ast.BinOp, operands_swapped),
    Operator("too-many", 1, ast.BinOp, operand_dropped),
    Operator("too-many", 2, ast.BinOp, divisor_alone),
    Operator("connective", 2, ast.BoolOp, connective),
    Operator("condition", 2, ast.UnaryOp, denied),
    Operator("sign", 2, ast.expr, negated),
    Operator("square", 3, ast.expr, squared),
    Operator("grouping", 2, (ast.BinOp, ast.Call), into_call),
    Operator("operator", 2, (ast.BinOp, ast.AugAssign), unlikely_operator),
)
