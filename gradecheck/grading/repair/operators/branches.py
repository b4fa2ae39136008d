"""Changes of branches: on a whole array, swapped, always or never taken."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any, Final

from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.surgery import Change, Spot, altered, form, spliced
from gradecheck.grading.repair.operators.values import is_value
from gradecheck.grading.repair.terms import Terms

Changes = Iterator[Change]

WHOLE_ARRAY: Final = "A condition is tested once for the whole array; it should be tested for each element."
SWAPPED: Final = "The two branches are swapped."
MOST: Final = 3  # names, and attributes, that a mask is made of
MASK: Final = "A mask is missing, which is 0 for some elements."
ALWAYS: Final = "A condition decides where none should."
ALONE: Final = "`{was}` should be `{now}` alone."


def by_element(spot: Spot, terms: Terms) -> Changes:
    """`a if c else b` as `np.where(c, a, b)`."""
    func = terms.numpy("where")
    if func is not None:
        yield Change(spot, _where(func, spot.node.test, spot.node.body, spot.node.orelse), WHOLE_ARRAY)


def statement_by_element(spot: Spot, terms: Terms) -> Changes:
    """An if that returns, or assigns to one name, as `np.where`."""
    func, index = terms.numpy("where"), spot.index
    if func is None or index is None:
        return
    after = spot.siblings[index + 1 :]
    single = _chosen(func, [spot.node], None)
    if single is not None:
        yield spliced(spot, 1, [single], WHOLE_ARRAY, "`{was}` should be `{now}`.")
    elif not spot.node.orelse and len(after) == 1 and (both := _chosen(func, [spot.node], after)) is not None:
        yield spliced(spot, 2, [both], WHOLE_ARRAY, "`{was}` should be `{now}`.")


def _chosen(func: ast.expr, statements: Sequence[ast.stmt], otherwise: Sequence[ast.stmt] | None) -> Any:
    """One return or assignment that does what these statements do to each element; None where there is none."""
    match statements:
        case [ast.Return(value=ast.expr()) | ast.Assign(targets=[ast.Name()]) as plain]:
            return plain
        case [ast.If(test=test, body=body, orelse=orelse)]:
            first = _chosen(func, body, None)
            second = _chosen(func, orelse, otherwise) if orelse else _chosen(func, otherwise or [], None)
            if isinstance(first, ast.Assign) and not orelse and otherwise is None:  # `if c: y = a` keeps y elsewhere
                second = altered(first, value=ast.Name(_target(first), ast.Load()))
            if first is None or second is None or not _alike(first, second):
                return None
            return altered(first, value=_where(func, test, first.value, second.value))
    return None


def _alike(first: Any, second: Any) -> bool:
    """Whether both return, or both assign to the same name."""
    if isinstance(first, ast.Return) or isinstance(second, ast.Return):
        return type(first) is type(second)
    return _target(first) == _target(second)


def _target(statement: Any) -> str:
    return str(statement.targets[0].id)


def _where(func: ast.expr, test: ast.expr, body: ast.expr, orelse: ast.expr) -> ast.Call:
    return ast.Call(func, [_mask(test), body, orelse], [])


def _mask(test: ast.expr) -> ast.expr:
    """A condition for each element: `and` is &, `not` is ~, and `.all()` is left out."""
    match test:
        case ast.BoolOp(op=op, values=[first, *others]):
            mask = _mask(first)
            for other in others:
                mask = ast.BinOp(mask, ast.BitAnd() if isinstance(op, ast.And) else ast.BitOr(), _mask(other))
            return mask
        case ast.UnaryOp(op=ast.Not(), operand=condition):
            return ast.UnaryOp(ast.Invert(), _mask(condition))
        case ast.Call(func=ast.Attribute(value=ast.Compare() as condition, attr="all" | "any"), args=[]):
            return condition
        case ast.Call(func=ast.Attribute(attr="all" | "any") | ast.Name(id="all" | "any"), args=[condition]):
            return condition
    return test


def swapped(spot: Spot, terms: Terms) -> Changes:
    node = spot.node
    if isinstance(node, ast.IfExp) or node.orelse:
        yield Change(spot, altered(node, body=node.orelse, orelse=node.body), SWAPPED)
    else:
        turned = altered(node, test=ast.UnaryOp(ast.Not(), node.test))
        yield Change(spot, turned, "A condition is turned.", was=[node.test], now=[turned.test])


def one_branch(spot: Spot, terms: Terms) -> Changes:
    """One of two branches, always."""
    for branch in (spot.node.body, spot.node.orelse):
        yield Change(spot, branch, ALWAYS, ALONE)


def one_branch_of_statements(spot: Spot, terms: Terms) -> Changes:
    if spot.index is not None:
        for branch in (spot.node.body, spot.node.orelse):
            if branch:
                yield spliced(spot, 1, branch, ALWAYS, "`{was}` should go, and what stands under it be done always.")


def masked(spot: Spot, terms: Terms) -> Changes:
    """A result times the truth of `x > 0`."""
    if spot.returned and is_value(spot.node, terms):
        scope = spot.scope
        held = [ast.Attribute(ast.Name(scope.object, ast.Load()), name, ast.Load()) for name in scope.attributes[:MOST]]
        for value in (*(ast.Name(name, ast.Load()) for name in scope.arguments[:MOST]), *held):
            yield Change(spot, form("X * (Y > 0)", X=spot.node, Y=value), MASK)


OPERATORS: Final = (
    Operator("by-element", 1, ast.IfExp, by_element),
    Operator("by-element", 1, ast.If, statement_by_element),
    Operator("branches", 2, (ast.If, ast.IfExp), swapped),
    Operator("branches", 2, ast.IfExp, one_branch),
    Operator("branches", 2, ast.If, one_branch_of_statements),
    Operator("mask", 4, ast.expr, masked),
)
