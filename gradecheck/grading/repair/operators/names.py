"""Changes of names: another variable, another attribute, another function of the submission."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.scopes import Scope
from gradecheck.grading.repair.operators.surgery import Change, Spot, altered
from gradecheck.grading.repair.operators.values import is_value
from gradecheck.grading.repair.terms import Terms

Changes = Iterator[Change]

MOST: Final = 6  # other names for one name
ANOTHER: Final = "Another variable belongs here."
ANOTHER_VALUE: Final = "Another value belongs here."


def other_argument(spot: Spot, terms: Terms) -> Changes:
    if _is_read(spot, terms):
        yield from _others(spot, spot.scope.arguments)


def other_variable(spot: Spot, terms: Terms) -> Changes:
    if _is_read(spot, terms):
        yield from _others(spot, (*spot.scope.locals, *(spot.scope.outer.names if spot.scope.outer else ())))


def module_constant(spot: Spot, terms: Terms) -> Changes:
    if _is_read(spot, terms):
        yield from _others(spot, tuple(terms.constants))


def _is_read(spot: Spot, terms: Terms) -> bool:
    return spot.field != "func" and is_value(spot.node, terms)


def _others(spot: Spot, names: tuple[str, ...]) -> Changes:
    for name in islice((name for name in names if name != spot.node.id), MOST):
        yield Change(spot, altered(spot.node, id=name), ANOTHER)


def other_function(spot: Spot, terms: Terms) -> Changes:
    """Another function of the submission, where one is called."""
    if spot.field == "func" and spot.node.id in terms.functions:
        names = list(terms.functions)
        own = names.index(spot.node.id)
        for name in sorted(names, key=lambda name: abs(names.index(name) - own))[1 : MOST + 1]:  # the nearest
            yield Change(spot, altered(spot.node, id=name), "Another function belongs here.")


def other_attribute(spot: Spot, terms: Terms) -> Changes:
    """`self.x` and `self.y`."""
    node, scope = spot.node, spot.scope
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name == scope.object and spot.field != "func":
            for other in islice((a for a in scope.attributes if a != attribute), MOST):
                yield Change(spot, altered(node, attr=other), "Another attribute belongs here.")


def other_value(spot: Spot, terms: Terms) -> Changes:
    """`v["b"]` as `grads["b"]`, `self.a` as `x`: another of the values that stand in the function."""
    node = spot.node
    if not is_value(node, terms) or spot.field == "func" or isinstance(spot.holder, ast.Subscript):
        return
    names = () if isinstance(node, ast.Name) else tuple(ast.Name(name, ast.Load()) for name in spot.scope.names)
    if isinstance(node, ast.Name) or _is_held(node):
        own, held = ast.unparse(node), held_values(spot.scope)
        near = [other for other in held if _stem(other) == _stem(node)]
        for other in dict.fromkeys((*near[:MOST], *held[:MOST], *names[:MOST])):
            if ast.unparse(other) != own:
                yield Change(spot, other, ANOTHER_VALUE)


@lru_cache(maxsize=16)
def held_values(scope: Scope) -> tuple[ast.expr, ...]:
    """What a function reads of objects and dictionaries: `self.x`, `d["key"]`, each once."""
    found: dict[str, ast.expr] = {}
    for node in scope.nodes:
        if isinstance(node, ast.expr) and _is_held(node):
            found.setdefault(ast.unparse(node), node)
    return tuple(found.values())


def _is_held(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(value=ast.Name("self")) | ast.Subscript(value=ast.Name(), slice=ast.Constant(value=str())):
            return isinstance(node.ctx, ast.Load)
    return False


def _stem(node: Any) -> str:
    """What two such values may share: the key, the attribute."""
    return str(getattr(node.slice, "value", "")) if isinstance(node, ast.Subscript) else getattr(node, "attr", "")


def of_the_object(spot: Spot, terms: Terms) -> Changes:
    """`x` as `self.x`, read or assigned."""
    node, scope = spot.node, spot.scope
    if scope.object and node.id in scope.attributes and spot.field != "func":
        attribute = ast.Attribute(ast.Name(scope.object, ast.Load()), node.id, node.ctx)
        yield Change(spot, attribute, "A variable of the function stands where an attribute of the object belongs.")


def of_the_function(spot: Spot, terms: Terms) -> Changes:
    """`self.x` as `x`."""
    match spot.node:
        case ast.Attribute(value=ast.Name(id=held), attr=name, ctx=ctx) if held == spot.scope.object:
            if name in spot.scope.names:
                kind = "An attribute of the object stands where a variable of the function belongs."
                yield Change(spot, ast.Name(name, ctx), kind)


OPERATORS: Final = (
    Operator("name", 2, ast.Name, other_argument),
    Operator("name", 2, ast.Name, of_the_object),
    Operator("name", 2, ast.Attribute, of_the_function),
    Operator("name", 2, ast.Attribute, other_attribute),
    Operator("name", 3, ast.Name, other_variable),
    Operator("name", 3, (ast.Name, ast.Attribute, ast.Subscript), other_value),
    Operator("function", 3, ast.Name, other_function),
    Operator("name", 4, ast.Name, module_constant),
)
