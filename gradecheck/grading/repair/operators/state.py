"""Changes of what is kept: arguments changed in place, values kept from one call to the next."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, Final

from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.surgery import Change, Spot, altered, anew, form, lines, started
from gradecheck.grading.repair.operators.values import function_of, is_value
from gradecheck.grading.repair.terms import Terms

Changes = Iterator[Change]

IN_PLACE: Final = "An argument is changed in place."
KEPT: Final = "A value is kept from one call to the next."
CACHES: Final = frozenset({"cache", "lru_cache", "cached_property", "memoize"})


def rebound(spot: Spot, terms: Terms) -> Changes:
    """`x += y` as `x = x + y`."""
    node = spot.node
    if isinstance(node.target, ast.Name):
        name = node.target.id
        kind = IN_PLACE if name in spot.scope.arguments else "An array is changed in place that has another name too."
        value = ast.BinOp(ast.Name(name, ast.Load()), node.op, node.value)
        yield Change(spot, ast.Assign([node.target], value), kind)


def copied_first(spot: Spot, terms: Terms) -> Changes:
    """`x = x.copy()` at the start, for an argument that is changed in place."""
    for name in spot.scope.inner(spot.node, None).changed:
        yield started(spot, lines("X = X.copy()", X=name)[0], IN_PLACE)


def copied(spot: Spot, terms: Terms) -> Changes:
    """`y = x` as `y = x.copy()`, and so for what is returned or put into a list."""
    appended = function_of(spot.holder) == "append" and spot.argument
    held = isinstance(spot.node, ast.Name | ast.Attribute | ast.Subscript) and is_value(spot.node, terms)
    if held and (spot.whole or appended):
        kind = "An array has two names, and changes under both of them."
        yield Change(spot, form("X.copy()", X=spot.node), kind)


def without_out(spot: Spot, terms: Terms) -> Changes:
    """`np.exp(x, out=x)` as `np.exp(x)`, or as `x = np.exp(x)` where it stands alone."""
    for keyword in spot.node.keywords:
        if keyword.arg == "out":
            call = altered(spot.node, keywords=[k for k in spot.node.keywords if k.arg != "out"])
            if not isinstance(spot.holder, ast.Expr):
                yield Change(spot, call, IN_PLACE)
            elif isinstance(keyword.value, ast.Name) and spot.above is not None:
                yield Change(spot.above, ast.Assign([ast.Name(keyword.value.id, ast.Store())], call), IN_PLACE)


def sorted_anew(spot: Spot, terms: Terms) -> Changes:
    """`x.sort()` as `x = np.sort(x)`."""
    match spot.node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="sort"))):
            if (func := terms.numpy("sort")) is not None:
                yield Change(spot, lines("X = F(X)", X=name, F=func)[0], IN_PLACE)


def written_into(spot: Spot, terms: Terms) -> Changes:
    """`x = y` as `x[...] = y`, for an argument."""
    match spot.node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in spot.scope.arguments:
            kind = "An argument's name is bound to a new array; the result should be written into the argument."
            yield Change(spot, lines("X[...] = Y", X=name, Y=value)[0], kind)


def rebound_anew(spot: Spot, terms: Terms) -> Changes:
    """`x[...] = y` as `x = y`."""
    match spot.node:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=index)], value=value):
            if ast.unparse(index) in ("...", ":"):
                yield Change(spot, lines("X = Y", X=name, Y=value)[0], IN_PLACE)


def global_reset(spot: Spot, terms: Terms) -> Changes:
    """A global name that each call sets to its first value."""
    if len(spot.node.names) == 1 and (value := terms.constants.get(spot.node.names[0])) is not None:
        yield Change(spot, _assigned(spot.node.names[0], value), KEPT)


def made_in_call(spot: Spot, terms: Terms) -> Changes:
    """A list or array of the module that each call makes anew."""
    scope = spot.scope.inner(spot.node, None)
    for name, value in terms.constants.items():
        if name in scope.used and name not in (*scope.arguments, *scope.locals) and _is_mutable(value):
            yield started(spot, _assigned(name, value), KEPT)


def default_made_in_call(spot: Spot, terms: Terms) -> Changes:
    """A default that is a list or an array, made anew in each call."""
    a = spot.node.args
    parameters = [*a.posonlyargs, *a.args]
    for i, default in enumerate(a.defaults):
        if _is_mutable(default):
            name = parameters[len(parameters) - len(a.defaults) + i].arg
            defaults = [*a.defaults[:i], ast.Constant(None), *a.defaults[i + 1 :]]
            test = lines("if X is None:\n    X = Y", X=name, Y=anew(default))[0]
            begun = started(spot, test, "A default value is made once, and shared by all calls.")
            yield Change(
                spot, altered(begun.new, args=altered(a, defaults=defaults)), begun.kind, begun.remedy, [], [test]
            )


def decorator_dropped(spot: Spot, terms: Terms) -> Changes:
    decorators = spot.node.decorator_list
    for i, decorator in enumerate(decorators):
        name: Any = decorator.func if isinstance(decorator, ast.Call) else decorator
        caching = getattr(name, "attr", getattr(name, "id", "")) in CACHES
        left = altered(spot.node, decorator_list=[*decorators[:i], *decorators[i + 1 :]])
        kind = KEPT if caching else "There is a decorator too many."
        yield Change(spot, left, kind, f"`@{ast.unparse(decorator)}` should go.", [], [])


def attribute_of_class(spot: Spot, terms: Terms) -> Changes:
    """A list of the class that each object makes for itself."""
    body = spot.node.body
    for i, function in enumerate(body):
        if isinstance(function, ast.FunctionDef) and function.name == "__init__" and function.args.args:
            for statement in body:
                match statement:
                    case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_mutable(value):
                        target = ast.Attribute(ast.Name(function.args.args[0].arg, ast.Load()), name, ast.Store())
                        own = ast.Assign([target], anew(value))
                        new = altered(function, body=[own, *function.body])
                        changed = altered(spot.node, body=[*body[:i], new, *body[i + 1 :]])
                        kind = "A value of the class is shared by all of its objects."
                        yield Change(spot, changed, kind, "`__init__` should start with `{now}`.", [], [own])


def _is_mutable(value: ast.expr) -> bool:
    made = isinstance(value, ast.Call) and function_of(value) in (
        "list",
        "dict",
        "set",
        "defaultdict",
        "zeros",
        "ones",
        "array",
    )
    return made or isinstance(value, ast.List | ast.Dict | ast.Set)


def _assigned(name: str, value: ast.expr) -> ast.Assign:
    return ast.Assign([ast.Name(name, ast.Store())], anew(value))


OPERATORS: Final = (
    Operator("in-place", 1, ast.AugAssign, rebound),
    Operator("in-place", 1, (ast.FunctionDef, ast.AsyncFunctionDef), copied_first),
    Operator("in-place", 1, ast.Call, without_out),
    Operator("in-place", 1, ast.Expr, sorted_anew),
    Operator("kept", 1, ast.Global, global_reset),
    Operator("kept", 1, (ast.FunctionDef, ast.AsyncFunctionDef), default_made_in_call),
    Operator("kept", 1, (ast.FunctionDef, ast.AsyncFunctionDef), made_in_call),
    Operator("decorator", 1, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef), decorator_dropped),
    Operator("kept", 2, ast.ClassDef, attribute_of_class),
    Operator("in-place", 1, ast.Assign, rebound_anew),
    Operator("in-place", 3, ast.expr, copied),
    Operator("in-place", 4, ast.Assign, written_into),
)
