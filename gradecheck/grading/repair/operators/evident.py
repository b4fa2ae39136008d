"""Changes of what cannot be meant: a value taken from itself, a name given its own value, an iterator for values."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from gradecheck.grading.repair.operators.calls import PYTHON
from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.surgery import Change, Spot, altered, form
from gradecheck.grading.repair.operators.values import function_of, is_value, of_module
from gradecheck.grading.repair.terms import NUMPY, Terms

Changes = Iterator[Change]

FROM_ITSELF: Final = "A value is taken from itself, which leaves 0."
BY_ITSELF: Final = "A value is divided by itself, which leaves 1."
OF_IT: Final = (
    (ast.Sub, FROM_ITSELF, ("max(axis=-1, keepdims=True)", "max()", "mean(axis=-1, keepdims=True)", "mean()")),
    (ast.Div, BY_ITSELF, ("sum(axis=-1, keepdims=True)", "sum()", "max(axis=-1, keepdims=True)", "max()")),
)
ITERATORS: Final = ("map", "zip", "filter")


def of_itself(spot: Spot, terms: Terms) -> Changes:
    """`x - x` as `x - x.max()`, `x / x` as `x / x.sum()`."""
    node = spot.node
    if is_value(node.left, terms) and ast.dump(node.left) == ast.dump(node.right):
        for operator, kind, methods in OF_IT:
            for method in methods if isinstance(node.op, operator) else ():
                yield Change(spot, altered(node, right=form(f"X.{method}", X=node.right)), kind)


def copied(spot: Spot, terms: Terms) -> Changes:
    """`x = x` as `x = x.copy()`."""
    match spot.node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=same) as value) if name == same:
            kind = "A name is given its own value: no copy is made."
            yield Change(spot, altered(spot.node, value=form("X.copy()", X=value)), kind)


def values_of(spot: Spot, terms: Terms) -> Changes:
    """A generator that is returned as the tuple of its values."""
    if spot.returned:
        yield Change(spot, form("tuple(X)", X=spot.node), "A generator is returned in place of its values.")


def of_iterator(spot: Spot, terms: Terms) -> Changes:
    """`np.sum(f(x) for x in xs)` as `sum(f(x) for x in xs)`."""
    call, name = spot.node, function_of(spot.node)
    iterator = call.args and (isinstance(call.args[0], ast.GeneratorExp) or function_of(call.args[0]) in ITERATORS)
    if iterator and of_module(call, terms) == NUMPY and name in PYTHON:
        kind = "NumPy's function takes an array; of an iterator, Python's own is meant."
        yield Change(spot, altered(call, func=ast.Name(name, ast.Load())), kind)


OPERATORS: Final = (
    Operator("itself", 1, ast.BinOp, of_itself),
    Operator("itself", 1, ast.Assign, copied),
    Operator("iterator", 1, ast.GeneratorExp, values_of),
    Operator("iterator", 1, ast.Call, of_iterator),
)
