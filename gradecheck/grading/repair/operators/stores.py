"""Changes of what is kept under a name: a value that is computed and not kept, a name that has no value."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from gradecheck.grading.repair.operators.factors import array_of, lengths_of
from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.put_back import written_here
from gradecheck.grading.repair.operators.scopes import Scope
from gradecheck.grading.repair.operators.spelling import is_unknown
from gradecheck.grading.repair.operators.surgery import (
    Change,
    Spot,
    altered,
    followed,
    form,
    lines,
    listed,
    preceded,
)
from gradecheck.grading.repair.operators.values import function_of, is_method, of_module
from gradecheck.grading.repair.terms import Terms

Changes = Iterator[Change]

NOT_KEPT: Final = "A value is computed and not kept."
NO_START: Final = "A name has no value before the loop."
NO_VALUE: Final = "A name is used that has no value."
PLACES: Final = (ast.Name, ast.Attribute, ast.Subscript)
MOST: Final = 3  # places in which one value is kept, names without one
MOST_VALUES: Final = 80  # that are tried for a name
SILENT: Final = listed(
    """append extend insert sort fill update add put resize clear reverse pop remove print seed shuffle setdefault
    write close"""
)
"""Functions that are called for what they do, not for a value."""


def compared(spot: Spot, terms: Terms) -> Changes:
    """`a == b` as a statement: `a = b`."""
    match spot.node.value:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]) if isinstance(left, PLACES):
            yield Change(spot, _set(left, right), "A value is compared that should be set.")


def not_kept(spot: Spot, terms: Terms) -> Changes:
    """`x.clip(0)` as a statement: `x = x.clip(0)`; `np.exp(x)` so too, and `x + y`."""
    value = spot.node.value
    if function_of(value) in SILENT or any(keyword.arg == "out" for keyword in getattr(value, "keywords", ())):
        return
    match value:
        case ast.Call(func=ast.Attribute(value=place)) if isinstance(place, PLACES) and is_method(value, terms):
            yield Change(spot, _set(place, value), NOT_KEPT)
        case ast.Call(args=[place, *_]) if isinstance(place, PLACES) and of_module(value, terms):
            yield Change(spot, _set(place, value), NOT_KEPT)
        case ast.BinOp(left=place, op=op, right=right) if isinstance(place, PLACES):
            yield Change(spot, ast.AugAssign(altered(place, ctx=ast.Store()), op, right), NOT_KEPT)


def _set(place: ast.expr, value: ast.expr) -> ast.Assign:
    return ast.Assign([altered(place, ctx=ast.Store())], value)


def not_stored(spot: Spot, terms: Terms) -> Changes:
    """`v = d[key]`, then `v = v - x`: `d[key] = v` is missing after it."""
    name, value = _given(spot.node)
    if not name or value is None or spot.index is None:
        return
    read = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)} | {name}
    stored = {ast.unparse(n) for n in spot.scope.nodes if isinstance(n, PLACES) and isinstance(n.ctx, ast.Store)}
    sources = [kept for node in ast.walk(value) if (kept := _kept(node)) is not None]
    for node in spot.scope.nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=held)], value=source) if held in read and node is not spot.node:
                sources += [kept for part in ast.walk(source) if (kept := _kept(part)) is not None]
    places = {ast.unparse(kept): kept for kept in sources}
    for kept in [kept for text, kept in places.items() if text not in stored][:MOST]:
        new = _set(kept, ast.Name(name, ast.Load()))
        yield followed(spot, new, "A new value is not stored where the old one was read.")


def _given(node: Any) -> tuple[str, ast.expr | None]:
    """The one name to which a statement gives a value that is computed, and that value."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if _kept(value) is None:
            return name, value
        case ast.AugAssign(target=ast.Name(id=name), value=value):
            return name, value
    return "", None


def _kept(node: Any) -> Any:
    """The place of a value that is kept: `d["key"]`, also read by `d.get("key")`, and `self.x`; None for another."""
    match node:
        case ast.Subscript(value=ast.Name() | ast.Attribute(), slice=ast.Constant(value=str()) | ast.Name()):
            return node
        case ast.Attribute(value=ast.Name(id="self")):
            return node
        case ast.Call(func=ast.Attribute(value=owner, attr="get" | "setdefault"), args=[ast.Constant() as key, *_]):
            return ast.Subscript(owner, key, ast.Load())
    return None


def start_missing(spot: Spot, terms: Terms) -> Changes:
    """`total = 0` before a loop that adds to it."""
    if spot.index is None:
        return
    array, zeros = array_of(spot, terms), terms.numpy("zeros_like")
    for name in _without_start(spot, terms):
        for text in ("X = 0", "X = []", "X = 1"):
            yield preceded(spot, lines(text, X=name)[0], NO_START)
        if array and zeros is not None:
            yield preceded(spot, lines("X = F(Y)", X=name, F=zeros, Y=array)[0], NO_START)


def _without_start(spot: Spot, terms: Terms) -> list[str]:
    """The names to which a loop adds, and to which nothing else gives a value."""
    added = [name for node in ast.walk(spot.node) if (name := _added_to(node))]
    own = {id(node.target) for node in spot.scope.nodes if isinstance(node, ast.AugAssign)}
    stored = (n for n in spot.scope.nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    given = {n.id for n in stored if id(n) not in own}
    outer = spot.scope.outer.names if spot.scope.outer else ()
    known = {*given, *spot.scope.arguments, *spot.scope.bound, *outer, *terms.names}
    return [name for name in dict.fromkeys(added) if name not in known and "*" not in terms.names]


def _added_to(node: ast.AST) -> str:
    """The name of a value that a statement changes: `x += y`, `x[i] = y`, `x.append(y)`; "" for none."""
    match node:
        case (
            ast.AugAssign(target=ast.Name(id=name))
            | ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"))
            | ast.Subscript(value=ast.Name(id=name), ctx=ast.Store())
        ):
            return name
    return ""


def value_missing(spot: Spot, terms: Terms) -> Changes:
    """`n = len(x)` before the first line that reads n, for a name that has no value."""
    unknown = _without_value(spot.scope, terms) if spot.index is not None else ()
    for name in unknown:
        if name in _read(spot.node) and not any(name in _read(s) for s in spot.siblings[: spot.index]):
            for value in islice(_values(spot.scope, terms), MOST_VALUES):
                yield preceded(spot, ast.Assign([ast.Name(name, ast.Store())], value), NO_VALUE)


@lru_cache(maxsize=16)
def _without_value(scope: Scope, terms: Terms) -> tuple[str, ...]:
    """The names that a function reads, and that nothing has."""
    called = {id(node.func) for node in scope.nodes if isinstance(node, ast.Call)}
    read = (n for n in scope.nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and id(n) not in called)
    return tuple(dict.fromkeys(name.id for name in read if is_unknown(name.id, scope, terms)))[:MOST]


def _read(statement: ast.stmt) -> set[str]:
    return {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _values(scope: Scope, terms: Terms) -> Iterator[ast.expr]:
    """Lengths and usual values of the arguments, values of the formula, and its operations on what has a name."""
    for array in scope.arguments[:MOST]:
        yield from (one.code for one in lengths_of(array, terms))
        yield from _usual(array)
    for value in written_here(terms.pieces.values, scope, terms):
        yield from (value, ast.UnaryOp(ast.USub(), value))
    for name in scope.names:
        yield from written_here(terms.pieces.operations, scope, terms, ast.Name(name, ast.Load()))


def _usual(array: str) -> list[ast.expr]:
    return [form(text, X=array) for text in ("X.max(axis=-1, keepdims=True)", "X.sum(axis=-1, keepdims=True)")]


OPERATORS: Final = (
    Operator("not-kept", 1, ast.Expr, compared),
    Operator("not-kept", 1, ast.Expr, not_kept),
    Operator("no-value", 1, (ast.For, ast.While), start_missing),
    Operator("not-kept", 2, (ast.Assign, ast.AugAssign), not_stored),
    Operator("no-value", 2, ast.stmt, value_missing),
)
