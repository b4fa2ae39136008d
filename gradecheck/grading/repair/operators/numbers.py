"""Changes of constants, indices and bounds."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from typing import Any, Final

from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.scopes import is_length
from gradecheck.grading.repair.operators.surgery import Change, Spot, form
from gradecheck.grading.repair.terms import Terms

Changes = Iterator[Change]

CONSTANT: Final = "A constant is wrong."
FEW_DIGITS: Final = "A constant has too few digits."
LOG_2: Final = math.log(2)
USUAL: Final = (0, 1, -1, 2, 0.5)
MANY_DIGITS: Final = 1e-2  # a constant this close to e, pi or log 2, relative, is meant to be it


def usual_constant(spot: Spot, terms: Terms) -> Changes:
    """Another constant of those that formulas have."""
    value = _number(spot)
    counts = isinstance(spot.holder, ast.BinOp) and isinstance(spot.holder.op, ast.FloorDiv | ast.Mod)
    if value is None or counts or spot.zone not in ("value", "default"):
        return
    for name, exact in (("e", math.e), ("pi", math.pi)):
        close = isinstance(value, float) and abs(value - exact) < MANY_DIGITS * exact
        if close and (written := terms.numpy(name)) is not None:
            yield Change(spot, written, FEW_DIGITS)
    if (
        isinstance(value, float)
        and abs(value - LOG_2) < MANY_DIGITS * LOG_2
        and (log := terms.numpy("log")) is not None
    ):
        yield Change(spot, form("F(2)", F=log), FEW_DIGITS)
    negative = isinstance(spot.holder, ast.UnaryOp) and isinstance(spot.holder.op, ast.USub)
    for other in USUAL:
        if other != value and not (negative and other < 0):
            yield Change(spot, written_as(type(value)(other) if other == int(other) else other), CONSTANT)


def scaled_constant(spot: Spot, terms: Terms) -> Changes:
    """A constant ten times as large or small, for rates and slopes; and one more or less."""
    value = _number(spot)
    if value is None or spot.zone not in ("value", "default"):
        return
    if isinstance(value, float) and 0 < abs(value) < 1:
        near_one = (1 - 10 * (1 - value), 1 - (1 - value) / 10) if value >= 0.9 else ()  # 0.9 and 0.99
        for other in (10 * value, value / 10, 100 * value, value / 100, *near_one, 1 - value):
            yield Change(spot, written_as(float(f"{other:.12g}")), CONSTANT)
    elif abs(value) < 1e15:
        for other in (value + 1, value - 1):
            yield Change(spot, written_as(other), CONSTANT)


def truth_turned(spot: Spot, terms: Terms) -> Changes:
    if isinstance(spot.node.value, bool) and spot.zone != "option":
        yield Change(spot, ast.Constant(not spot.node.value), "A truth value is turned.")


def bound_off_by_one(spot: Spot, terms: Terms) -> Changes:
    if spot.zone == "bound" and isinstance(spot.holder, ast.Call):
        yield from _off_by_one(spot, "A bound of the loop is off by one.")


def off_by_one(spot: Spot, terms: Terms) -> Changes:
    """One more or less for an index, or a length that something is divided by."""
    if spot.zone == "index" and spot.field in ("slice", "elts", "lower", "upper"):
        yield from _off_by_one(spot, "An index is off by one.")
    elif spot.operand and is_length(spot.node):
        yield from _off_by_one(spot, "A length is off by one.")


def _off_by_one(spot: Spot, kind: str) -> Changes:
    node = spot.node
    match node:
        case ast.Constant(value=int(value)) if not isinstance(value, bool) and not isinstance(spot.holder, ast.UnaryOp):
            others = [written_as(value + 1), written_as(value - 1)]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            others = [written_as(1 - value), written_as(-1 - value)]
        case ast.Name() | ast.BinOp() | ast.Attribute() | ast.Subscript() | ast.Call():
            others = [form("X - 1", X=node), form("X + 1", X=node)]
        case _:
            others = []
    for other in others:
        yield Change(spot, other, kind)


def written_as(value: Any) -> ast.expr:
    """A number as Python writes it: a negative one is a minus and a number."""
    return ast.UnaryOp(ast.USub(), ast.Constant(-value)) if value < 0 else ast.Constant(value)


def _number(spot: Spot) -> Any:
    """The number that stands there; None for anything else."""
    value = spot.node.value
    return value if type(value) in (int, float) and abs(value) < math.inf else None


OPERATORS: Final = (
    Operator("constant", 1, ast.Constant, usual_constant),
    Operator("off-by-one", 1, ast.expr, bound_off_by_one),
    Operator("off-by-one", 2, ast.expr, off_by_one),
    Operator("constant", 3, ast.Constant, scaled_constant),
    Operator("truth", 3, ast.Constant, truth_turned),
)
