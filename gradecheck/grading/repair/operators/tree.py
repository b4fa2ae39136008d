"""A statement taken apart: the spots where it may be changed, and the number of each shape of tree."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator, Sequence
from itertools import islice
from typing import Final

from gradecheck.grading.repair.operators.scopes import Scope, attributes_of
from gradecheck.grading.repair.operators.surgery import Spot, Zone, listed

NODES: Final = 40_000  # of a statement at most, about 3,000 lines
DEPTH: Final = 100  # of nodes in each other, which Python's own writer of code still goes down

OPTIONS: Final = listed("axis keepdims dtype out where shape order ndmin decimals strict")
SHAPES: Final = listed(
    """zeros ones empty full eye reshape resize broadcast_to transpose swapaxes expand_dims squeeze astype len zip
    enumerate reversed isinstance hasattr getattr print format type dtype seed default_rng permutation"""
)
"""Functions that are no numbers of a formula, and whose arguments are none."""

PASSED: Final = listed("zip enumerate reversed")
"""Of these, functions whose arguments may be."""

UNTOUCHED: Final = (ast.JoinedStr, ast.pattern, ast.Raise, ast.Assert, ast.Import, ast.ImportFrom, ast.arg, ast.Global)
"""Nodes in which nothing is changed."""


class TooLargeError(ValueError):
    """The statement is too large, or too deep."""


class Tree:
    """A statement with its spots, in the order of the code."""

    def __init__(self, statement: ast.stmt) -> None:
        """Raises ValueError or SyntaxError for a statement that is too large, or cannot be written back as Python."""
        nodes = list(islice(ast.walk(statement), NODES + 1))
        if len(nodes) > NODES:
            raise TooLargeError
        self.spots = list(_spots(statement))
        self._shapes: dict[Hashable, int] = {}
        self._own: dict[int, int] = {}  # the numbers of the statement's own nodes, by their id
        self._own_shapes: dict[int, tuple[Hashable, ...]] = {}
        for node in reversed(nodes):  # the inner ones first
            shape = self._own_shapes[id(node)] = self._shape(node)
            self._own[id(node)] = self._number_of(shape)
        self._texts: dict[int, str] = {}
        if [self.number(s) for s in ast.parse(ast.unparse(statement)).body] != [self.number(statement)]:
            raise ValueError

    def number(self, node: ast.AST) -> int:
        """The same for equal trees alone, wherever they stand."""
        own = self._own.get(id(node))
        return self._number_of(self._shape(node)) if own is None else own

    def number_after(self, spot: Spot, new: ast.AST) -> int:
        """That of the whole statement with another node at the spot."""
        number = self.number(new)
        while spot.above is not None:
            holder = spot.above.node
            shape = list(self._own_shapes[id(holder)])
            at = 1 + holder._fields.index(spot.field)
            part = shape[at]
            if isinstance(part, tuple) and spot.index is not None:
                shape[at] = (*part[: spot.index], number, *part[spot.index + 1 :])
            else:
                shape[at] = number
            number, spot = self._number_of(tuple(shape)), spot.above
        return number

    def _number_of(self, shape: tuple[Hashable, ...]) -> int:
        return self._shapes.setdefault(shape, len(self._shapes))

    def _shape(self, node: ast.AST) -> tuple[Hashable, ...]:
        """The type of a node, and its fields in order: trees by their numbers. The last, the context, is left out."""
        shape: list[Hashable] = [type(node).__name__]
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, ast.expr_context):
                continue
            if isinstance(value, ast.AST):
                shape.append(self.number(value))
            elif isinstance(value, list):
                shape.append(tuple([self.number(v) if isinstance(v, ast.AST) else repr(v) for v in value]))
            else:
                key = value if isinstance(value, int) else repr(value)  # 0.0 is not -0.0
                shape.append((type(value).__name__, key))  # 1 is not 1.0, and not True
        return tuple(shape)

    def text(self, node: ast.AST) -> str:
        """The node as Python."""
        if id(node) not in self._own:
            return ast.unparse(node)
        if id(node) not in self._texts:
            self._texts[id(node)] = ast.unparse(node)
        return self._texts[id(node)]

    def written(self, nodes: Sequence[ast.AST]) -> str | None:
        """New nodes as Python; None where Python would not read the same nodes."""
        try:
            text = "\n".join(map(self.text, nodes))
            read = ast.parse(text).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        return text if list(map(self._plain, read)) == list(map(self._plain, nodes)) else None

    def _plain(self, node: ast.AST) -> int:
        """The number of a node; of the expression, for one that stands alone."""
        return self.number(node.value if isinstance(node, ast.Expr) else node)

    def locate(self, new: ast.AST, near: ast.AST) -> None:
        """Gives all new nodes the place of a node near them."""
        if id(new) in self._own:
            return
        if "lineno" in new._attributes:
            if not hasattr(new, "lineno"):
                ast.copy_location(new, near)
            near = new
        for child in ast.iter_child_nodes(new):
            self.locate(child, near)


def _spots(statement: ast.stmt) -> Iterator[Spot]:
    top = Spot(statement, None, "", None, "value", Scope())
    pending: list[tuple[Spot, int, tuple[str, ...] | None]] = [(top, 0, None)]
    while pending:
        spot, depth, attributes = pending.pop()
        if depth > DEPTH:
            raise TooLargeError
        yield spot
        node, scope = spot.node, spot.scope
        if isinstance(node, ast.ClassDef):
            attributes, inner = attributes_of(node), scope
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            inner, attributes = scope.inner(node, attributes), None
        else:
            inner = scope
        below = [
            (Spot(child, spot, field, index, _zone(spot, field), scope if field in ("defaults", "args") else inner))
            for field, index, child in _children(node)
        ]
        pending += [(child, depth + 1, attributes) for child in reversed(below)]


def _children(node: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    if isinstance(node, UNTOUCHED):
        return
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "type_params", "bases"):
            continue
        if isinstance(value, ast.AST):
            yield field, None, value
        elif isinstance(value, list):
            yield from ((field, i, item) for i, item in enumerate(value) if isinstance(item, ast.AST))


def _zone(spot: Spot, field: str) -> Zone:
    """The zone of what stands in that field of the spot's node."""
    match spot.node:
        case ast.arguments():
            return "default"
        case ast.Subscript() if field == "slice":
            return "index"
        case ast.keyword(arg=name) if name in OPTIONS:
            return "option"
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if field != "func":
            if name == "range":
                return "bound"
            return "option" if name in SHAPES - PASSED else spot.zone
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() if field != "args":
            return "value"
    return spot.zone
