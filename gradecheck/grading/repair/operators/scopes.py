"""The names that a function sees."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, eq=False)
class Scope:
    """function: None at the top level and in a class.    arguments: without the object of a method.
    locals: what is assigned, in order, without the arguments.    used: the names that it reads.    nodes: all in it.
    bound: what else has a name in it: functions, modules, errors, values of `match`, and what is declared global.
    lengths: the locals that are the length of an axis.    changed: the arguments that it changes in place.
    object: what a method calls its object; "" elsewhere.    attributes: of the object, in the whole class.
    """

    function: Any = None
    arguments: tuple[str, ...] = ()
    locals: tuple[str, ...] = ()
    used: frozenset[str] = frozenset()
    nodes: tuple[ast.AST, ...] = ()
    bound: frozenset[str] = frozenset()
    lengths: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    object: str = ""
    attributes: tuple[str, ...] = ()
    outer: Scope | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All names that hold values here, those of this function first."""
        own = (*self.arguments, *self.locals)
        return own if self.outer is None else tuple(dict.fromkeys((*own, *self.outer.names)))

    @property
    def unused(self) -> tuple[str, ...]:
        """The arguments and variables that it never reads."""
        return tuple(name for name in (*self.arguments, *self.locals) if name not in self.used and name.strip("_"))

    def inner(self, function: Function, attributes: tuple[str, ...] | None) -> Scope:
        """The scope of a function that stands here. attributes: of its class, if it is a method; None elsewhere."""
        a = function.args
        arguments = [x.arg for x in (*a.posonlyargs, *a.args, *a.kwonlyargs)]
        method = attributes is not None and not _static(function)
        held = arguments.pop(0) if method and arguments else ""
        body = function.body if isinstance(function.body, list) else [function.body]
        nodes = [node for statement in body for node in ast.walk(statement)]
        stored = (n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
        changed = set(map(_changed, nodes))
        return Scope(
            function=function,
            arguments=tuple(arguments),
            locals=tuple(name for name in dict.fromkeys(stored) if name not in arguments),
            used=frozenset(n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)),
            nodes=tuple(nodes),
            bound=frozenset(name for node in nodes for name in bound_names(node)).union(
                (x.arg for x in (a.vararg, a.kwarg) if x), self.bound
            ),
            lengths=tuple(dict.fromkeys(name for node in nodes for name in _lengths(node))),
            changed=tuple(name for name in arguments if name in changed),
            object=held,
            attributes=attributes if held and attributes else (),
            outer=None if method or self.function is None else self,
        )


def bound_names(node: ast.AST) -> tuple[str, ...]:
    """The names that a node gives to something else than a value."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return tuple(n.asname or n.name.partition(".")[0] for n in names)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return (name,)
        case ast.arg(arg=name):
            return (name,)
        case ast.Global(names=declared) | ast.Nonlocal(names=declared):
            return tuple(declared)
    return ()


def _static(function: Function) -> bool:
    decorators = [] if isinstance(function, ast.Lambda) else function.decorator_list
    return any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in decorators)


def attributes_of(owner: ast.ClassDef) -> tuple[str, ...]:
    """What the methods of a class assign to their object."""
    found = (n for n in ast.walk(owner) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store))
    return tuple(dict.fromkeys(n.attr for n in found if isinstance(n.value, ast.Name) and n.value.id == "self"))


def _lengths(node: ast.AST) -> tuple[str, ...]:
    """The names to which a statement assigns the length of an axis."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if any(map(is_length, ast.walk(value))):
            return (name,) if isinstance(value, ast.IfExp) or is_length(value) else ()
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Attribute(attr="shape")):
            return tuple(name.id for name in names if isinstance(name, ast.Name))
    return ()


def _changed(node: ast.AST) -> str:
    """The name whose array is changed in place here; "" for none."""
    match node:
        case ast.AugAssign(target=ast.Name(id=name)) | ast.keyword(arg="out", value=ast.Name(id=name)):
            return name
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
            return name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="sort" | "fill" | "append" | "put" | "resize")):
            return name
    return ""


def is_length(node: ast.AST) -> bool:
    """Whether it is `len(x)`, `x.shape[i]` or `x.size`."""
    match node:
        case ast.Call(func=ast.Name(id="len")) | ast.Attribute(attr="size" | "ndim" | "shape"):
            return True
        case ast.Subscript(value=ast.Attribute(attr="shape")):
            return True
    return False
