"""Changes of what a function returns: nothing, too little, in the wrong order."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.put_back import written_here
from gradecheck.grading.repair.operators.surgery import Change, Spot, altered, exchanged, is_text, pairs
from gradecheck.grading.repair.operators.values import function_of
from gradecheck.grading.repair.terms import Terms

Changes = Iterator[Change]

MOST: Final = 4  # names that are tried as a result
VALUES: Final = 8  # of the formula that are
NOTHING: Final = "Nothing is returned."
NOT_AT_END: Final = "Nothing is returned at the end."


def return_missing(spot: Spot, terms: Terms) -> Changes:
    """A return of what was computed, printed, or assigned last."""
    body = spot.node.body
    last: Any = body[-1]
    if _ends(body):
        return
    match last:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[printed])):
            value: Any = printed
        case ast.Expr(value=value) if not is_text(last):
            pass
        case _:
            value = None
    if value is not None:
        new = ast.Return(value)
        yield Change(
            spot, altered(spot.node, body=[*body[:-1], new]), NOTHING, "`{was}` should be `{now}`.", [last], [new]
        )
    if spot.node.name == "__init__" or isinstance(last, ast.Return):
        return
    some = any(isinstance(node, ast.Return) and node.value is not None for s in body for node in ast.walk(s))
    kind = NOT_AT_END if some and not isinstance(last, ast.FunctionDef) else NOTHING
    for name in _last_names(body):
        new = ast.Return(ast.Name(name, ast.Load()))
        changed = altered(spot.node, body=[*body, new])
        yield Change(spot, changed, kind, "`{now}` is missing at the end.", [], [new], last.end_lineno)


def _ends(body: list[ast.stmt]) -> bool:
    """Whether nothing is done after these statements."""
    match body[-1:]:
        case [ast.Return(value=value)]:
            return value is not None
        case [ast.Raise()]:
            return True
        case [ast.If(body=first, orelse=second)]:
            return _ends(first) and _ends(second)
        case [ast.With(body=inner) | ast.Try(body=inner)]:
            return _ends(inner)
    return False


def _last_names(body: list[ast.stmt]) -> list[str]:
    """The names that are given, the last first."""
    nodes = [node for statement in reversed(body) for node in ast.walk(statement)]
    values = (n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    functions = (s.name for s in reversed(body) if isinstance(s, ast.FunctionDef))
    return list(dict.fromkeys((*functions, *values) if isinstance(body[-1], ast.FunctionDef) else values))[:MOST]


def value_returned(spot: Spot, terms: Terms) -> Changes:
    """A value for a return without one."""
    if spot.node.value is None:
        for name in (*spot.scope.locals, *spot.scope.arguments)[:MOST]:
            yield Change(spot, altered(spot.node, value=ast.Name(name, ast.Load())), NOTHING)


def results_swapped(spot: Spot, terms: Terms) -> Changes:
    if _results(spot):
        for i, j in pairs(len(spot.node.elts)):
            swapped = altered(spot.node, elts=exchanged(spot.node.elts, i, j))
            yield Change(spot, swapped, "The results are in the wrong order.")


def results_turned(spot: Spot, terms: Terms) -> Changes:
    """Three results or more, each one place further."""
    elements = spot.node.elts
    if _results(spot) and len(elements) > 2:
        for turned in ([*elements[1:], elements[0]], [elements[-1], *elements[:-1]]):
            yield Change(spot, altered(spot.node, elts=turned), "The results are in the wrong order.")


def result_dropped(spot: Spot, terms: Terms) -> Changes:
    elements = spot.node.elts
    if _results(spot) and len(elements) > 1 and not any(isinstance(e, ast.Starred) for e in elements):
        for i in range(len(elements)):
            rest = [*elements[:i], *elements[i + 1 :]]
            left = rest[0] if len(rest) == 1 and isinstance(spot.node, ast.Tuple) else altered(spot.node, elts=rest)
            yield Change(spot, left, "There is a result too many.")
        if len(elements) > 2:
            yield Change(spot, elements[0], "There is a result too many.")


def result_missing(spot: Spot, terms: Terms) -> Changes:
    """Another name as a last result; a value of the formula as a last or first one, where there are too few."""
    if spot.node.value is not None:
        value = spot.node.value
        elements = value.elts if isinstance(value, ast.Tuple) else [value]
        given = {e.id for e in elements if isinstance(e, ast.Name)}
        names = [name for name in (*spot.scope.locals, *spot.scope.arguments) if name not in given][:MOST]
        few = terms.contract is None or len(elements) < len(terms.contract.results)
        values = list(islice(written_here(terms.pieces.values, spot.scope, terms), VALUES * few))
        for more in (*(ast.Name(name, ast.Load()) for name in names), *values):
            for results in ([*elements, more], [more, *elements])[: 1 + (more in values)]:
                yield Change(spot, altered(spot.node, value=ast.Tuple(results, ast.Load())), "A result is missing.")


def _results(spot: Spot) -> bool:
    return isinstance(spot.node.ctx, ast.Load) and isinstance(spot.holder, ast.Return | ast.Lambda)


def printed_only(spot: Spot, terms: Terms) -> Changes:
    """`print(y)` as `return y`, and a value that nothing is done with."""
    if spot.node is not spot.siblings[-1]:  # what follows would not be done
        return
    match spot.node:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[value])):
            yield Change(spot, ast.Return(value), "A value is printed that should be returned.")
        case ast.Expr(value=value) if not isinstance(value, ast.Constant) and function_of(value) != "print":
            yield Change(spot, ast.Return(value), "A value is computed that should be returned.")


OPERATORS: Final = (
    Operator("return", 1, (ast.FunctionDef, ast.AsyncFunctionDef), return_missing),
    Operator("return", 1, ast.Return, value_returned),
    Operator("return", 1, ast.Expr, printed_only),
    Operator("results", 1, (ast.Tuple, ast.List), results_swapped),
    Operator("results", 2, (ast.Tuple, ast.List), results_turned),
    Operator("results", 2, (ast.Tuple, ast.List), result_dropped),
    Operator("results", 3, ast.Return, result_missing),
)
