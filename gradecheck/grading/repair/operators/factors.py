"""Factors that are missing: the length of an axis, a 2."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.scopes import is_length
from gradecheck.grading.repair.operators.surgery import Change, Spot, form
from gradecheck.grading.repair.operators.values import is_value
from gradecheck.grading.repair.operators.words import MEAN_MISSING, SUM_MEANT
from gradecheck.grading.repair.terms import ROWS, Terms

Changes = Iterator[Change]

OTHERS: Final = 2  # arrays whose lengths are tried beside those of the first


@dataclass(frozen=True)
class Length:
    """The length of an axis. code: as the submission would write it.    words: which one it is."""

    code: ast.expr
    words: str


def lengths(spot: Spot, terms: Terms) -> list[Length]:
    """Those of the first array that the function is given, and those that have a name already."""
    named = [Length(ast.Name(name, ast.Load()), "a length") for name in spot.scope.lengths]
    array = array_of(spot, terms)
    return [*named, *(lengths_of(array, terms) if array else ())]


def lengths_of(array: str, terms: Terms) -> list[Length]:
    axes = terms.axes(array)
    letter = "n, " if axes[:1] and axes[0] in ROWS else ""
    each = f"{axes[-1]}, the length of each row" if letter and len(axes) > 1 else "the length of the last axis"
    deep = terms.numpy("atleast_2d") if terms.one_row_too else None
    rows = form("len(X)", X=array) if deep is None else form("len(F(X))", F=deep, X=array)
    return [
        Length(rows, f"{letter}the number of rows"),
        Length(form("X.shape[-1]", X=array), each),
        Length(form("X.size", X=array), "the number of all elements"),
    ]


def array_of(spot: Spot, terms: Terms) -> str:
    """The argument by whose shape and dtype the results go: the first with rows, else the first; "" for none."""
    arguments = spot.scope.arguments or (spot.scope.outer.arguments if spot.scope.outer else ())
    in_rows = (name for name in arguments if terms.axes(name)[:1] in [(n,) for n in ROWS])
    return next(in_rows, next((name for name in arguments if terms.axes(name)), arguments[0] if arguments else ""))


def divided_by_length(spot: Spot, terms: Terms) -> Changes:
    if _result(spot, terms):
        for length in lengths(spot, terms):
            remedy = f"`{{was}}` should be divided by `{ast.unparse(length.code)}`, {length.words}."
            yield Change(spot, form("X / N", X=spot.node, N=length.code), MEAN_MISSING, remedy)


def times_length(spot: Spot, terms: Terms) -> Changes:
    if _result(spot, terms) and spot.returned:
        for length in lengths(spot, terms):
            remedy = f"`{{was}}` should be multiplied by `{ast.unparse(length.code)}`, {length.words}."
            yield Change(spot, form("X * N", X=spot.node, N=length.code), SUM_MEANT, remedy)


def times_two(spot: Spot, terms: Terms) -> Changes:
    if _result(spot, terms):
        yield Change(spot, form("2 * X", X=spot.node), "A factor 2 is missing.")
        yield Change(spot, form("X / 2", X=spot.node), "There is a factor 2 too many, or a 1/2 is missing.")


def other_length(spot: Spot, terms: Terms) -> Changes:
    """The length of another axis."""
    named = isinstance(spot.node, ast.Name) and spot.node.id in spot.scope.lengths and is_value(spot.node, terms)
    part = isinstance(spot.holder, ast.Subscript) or getattr(spot.node, "attr", "") in ("shape", "ndim")
    divisor = isinstance(spot.node, ast.Constant) and spot.field == "right" and isinstance(spot.holder, ast.BinOp)
    if spot.zone != "option" and not part and (named or divisor or is_length(spot.node)):
        others = [name for name in spot.scope.arguments if name != array_of(spot, terms)][:OTHERS]
        for length in (*lengths(spot, terms), *(one for name in others for one in lengths_of(name, terms))):
            remedy = f"`{{was}}` should be `{{now}}`, {length.words}."
            yield Change(spot, length.code, "Another length belongs here.", remedy)


def number_for_length(spot: Spot, terms: Terms) -> Changes:
    """A 2 or a 1 in place of the length of an axis."""
    part = isinstance(spot.holder, ast.Subscript | ast.Attribute)
    if spot.operand and not part and is_length(spot.node):
        for number in (2, 1):
            yield Change(spot, ast.Constant(number), "A length stands where a plain number belongs.")


def _result(spot: Spot, terms: Terms) -> bool:
    return spot.whole and is_value(spot.node, terms) and not is_length(spot.node)


OPERATORS: Final = (
    Operator("length", 1, ast.expr, other_length),
    Operator("divided", 1, ast.expr, divided_by_length),
    Operator("factor", 2, ast.expr, times_two),
    Operator("factor", 3, ast.expr, times_length),
    Operator("length", 3, ast.expr, number_for_length),
)
