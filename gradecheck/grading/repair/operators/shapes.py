"""Changes of shapes: an index that is missing or another one, and a result that lost its shape."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from gradecheck.grading.repair.operators.factors import array_of
from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.scopes import Scope, is_length
from gradecheck.grading.repair.operators.surgery import Change, Spot, altered, form
from gradecheck.grading.repair.operators.values import function_of, is_value
from gradecheck.grading.repair.terms import Terms

Changes = Iterator[Change]

MISSING: Final = "An index is missing."
SHAPE: Final = "The result has another shape than it should have."
MOST: Final = 4  # indices that are tried for one array
USUAL: Final = ("X[:-1]", "X[1:]")


@lru_cache(maxsize=16)
def indices(scope: Scope) -> tuple[ast.expr, ...]:
    """The indices that stand in a function, then the names that count or choose: of loops, of comparisons."""
    found: dict[str, ast.expr] = {}
    for node in scope.nodes:
        match node:
            case ast.Subscript(slice=index) if not is_length(node):
                found.setdefault(ast.unparse(index), index)
    for node in scope.nodes:
        match node:
            case (
                ast.For(target=ast.Name(id=name))
                | ast.comprehension(target=ast.Name(id=name))
                | ast.Assign(targets=[ast.Name(id=name)], value=ast.Compare())
            ):
                found.setdefault(name, ast.Name(name, ast.Load()))
    return tuple(found.values())


def index_missing(spot: Spot, terms: Terms) -> Changes:
    """`x` as `x[i]`, with an index that stands elsewhere."""
    if _is_array(spot, terms):
        own = ast.unparse(spot.node)
        for index in islice((i for i in indices(spot.scope) if ast.unparse(i) != own), MOST):
            yield Change(spot, form("X[I]", X=spot.node, I=index), MISSING)


def slice_missing(spot: Spot, terms: Terms) -> Changes:
    """`x` as `x[:-1]` and `x[1:]`."""
    if _is_array(spot, terms) and (spot.argument or spot.operand):
        for text in USUAL:
            yield Change(spot, form(text, X=spot.node), "An array has one element too many.")


def _is_array(spot: Spot, terms: Terms) -> bool:
    """Whether it is the name or attribute of a value without an index."""
    node: Any = spot.node
    held = isinstance(node, ast.Name | ast.Attribute) and spot.field != "func" and is_value(node, terms)
    index = spot.zone == "index" or isinstance(spot.holder, ast.Subscript | ast.Attribute)
    return held and (spot.method or not index) and isinstance(node.ctx, ast.Load) and spot.zone != "option"


def other_index(spot: Spot, terms: Terms) -> Changes:
    """`x[i]` as `x[j]`, with an index that stands elsewhere."""
    node = spot.node
    if spot.zone == "value" and not is_length(node):
        own = ast.unparse(node.slice)
        for index in islice((i for i in indices(spot.scope) if ast.unparse(i) != own), MOST):
            yield Change(spot, altered(node, slice=index), "Another index belongs here.")


def row_by_row(spot: Spot, terms: Terms) -> Changes:
    """`p[:, y]` as `p[np.arange(len(y)), y]`, and back; `p[y]` so too, and `x[:, i]` as `x[i]`."""
    node, arange = spot.node, terms.numpy("arange")
    match node.slice:
        case ast.Tuple(elts=[ast.Slice(lower=None, upper=None, step=None), ast.expr() as column]):
            if arange is not None and isinstance(column, ast.Name | ast.Attribute | ast.Subscript):
                rows = ast.Tuple([_counted(arange, column), column], ast.Load())
                yield Change(spot, altered(node, slice=rows), "One element of each row is meant, not whole columns.")
            yield Change(spot, altered(node, slice=column), "A column is taken where a row belongs.")
        case ast.Tuple(elts=[ast.Call() as rows, ast.expr() as column]) if function_of(rows) in ("arange", "range"):
            columns = ast.Tuple([ast.Slice(), column], ast.Load())
            yield Change(spot, altered(node, slice=columns), "Whole columns are meant, not one element of each row.")
        case ast.Name() as column if arange is not None and not spot.in_loop:
            rows = ast.Tuple([_counted(arange, column), column], ast.Load())
            yield Change(spot, altered(node, slice=rows), "One element of each row is meant, not whole rows.")


def _counted(arange: ast.expr, column: ast.expr) -> Any:
    return form("F(len(Y))", F=arange, Y=column)


def reshaped(spot: Spot, terms: Terms) -> Changes:
    """A result in the shape of an argument, flat, without an axis of length 1, as a plain number."""
    if not (spot.returned and is_value(spot.node, terms)):
        return
    array = array_of(spot, terms)
    if array:
        yield Change(spot, form("X.reshape(Y.shape)", X=spot.node, Y=array), SHAPE)
    for text in ("X[0]", "X.squeeze()", "X.ravel()", "float(X)"):
        yield Change(spot, form(text, X=spot.node), SHAPE)
    if (deep := terms.numpy("atleast_2d")) is not None:
        yield Change(spot, form("F(X)", F=deep, X=spot.node), SHAPE)


OPERATORS: Final = (
    Operator("index", 1, ast.Subscript, row_by_row),
    Operator("index", 3, ast.Subscript, other_index),
    Operator("index", 3, (ast.Name, ast.Attribute), index_missing),
    Operator("shape", 3, ast.expr, reshaped),
    Operator("index", 4, (ast.Name, ast.Attribute), slice_missing),
)
