"""Changes of loops: their range, what is added up, what the loop runs over."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final

from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.surgery import Change, Spot, altered, exchanged, form, pairs
from gradecheck.grading.repair.operators.values import function_of
from gradecheck.grading.repair.terms import Terms

Changes = Iterator[Change]


def other_range(spot: Spot, terms: Terms) -> Changes:
    """`range(n)` and `range(1, n)`, a step dropped, the order turned."""
    call = spot.node
    if function_of(call) == "range" and not call.keywords:
        match call.args:
            case [stop]:
                later = altered(call, args=[ast.Constant(1), stop])
                yield Change(spot, later, "The loop starts too early.")
            case [start, stop]:
                yield Change(spot, altered(call, args=[stop]), "The loop starts too late.")
            case [start, stop, _]:
                yield Change(spot, altered(call, args=[start, stop]), "The loop leaves steps out, or runs backwards.")
        if function_of(spot.holder) != "reversed":
            yield Change(spot, form("reversed(X)", X=call), "The loop runs in the wrong order.")
    elif function_of(call) == "reversed" and len(call.args) == 1:
        yield Change(spot, call.args[0], "The loop runs in the wrong order.")


def set_anew(spot: Spot, terms: Terms) -> Changes:
    """`x += y` as `x = y`."""
    node = spot.node
    kind = "A value is added to what was there; it should be set anew."
    yield Change(spot, ast.Assign([node.target], node.value), kind)


def added_up(spot: Spot, terms: Terms) -> Changes:
    """`x = y` as `x += y` and `x -= y`, where x has a value already."""
    yield from _changed_by(spot, {ast.Add: "added to", ast.Sub: "taken off"})


def scaled(spot: Spot, terms: Terms) -> Changes:
    """`x = y` as `x *= y` and `x /= y`, where x has a value already."""
    yield from _changed_by(spot, {ast.Mult: "multiplied with", ast.Div: "a divisor of"})


def _changed_by(spot: Spot, how: Mapping[type[ast.operator], str]) -> Changes:
    match spot.node:
        case ast.Assign(targets=[ast.Name() | ast.Subscript() | ast.Attribute() as target], value=value):
            there = spot.in_loop or not isinstance(target, ast.Name) or target.id in spot.scope.arguments
            if there and (ast.unparse(target) not in ast.unparse(value) or ast.Mult in how):
                for op, words in how.items():
                    kind = f"A value is set anew; it should be {words} what was there."
                    yield Change(spot, ast.AugAssign(target, op(), value), kind)


def targets_swapped(spot: Spot, terms: Terms) -> Changes:
    """`a, b = ...` and `b, a = ...`, also in a loop."""
    if isinstance(spot.node.ctx, ast.Store):
        for i, j in pairs(len(spot.node.elts)):
            swapped = altered(spot.node, elts=exchanged(spot.node.elts, i, j))
            yield Change(spot, swapped, "Two names are in the wrong order.")


OPERATORS: Final = (
    Operator("range", 1, ast.Call, other_range),
    Operator("accumulated", 2, ast.AugAssign, set_anew),
    Operator("accumulated", 2, ast.Assign, added_up),
    Operator("accumulated", 4, ast.Assign, scaled),
    Operator("targets", 2, ast.Tuple, targets_swapped),
)
