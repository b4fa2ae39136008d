"""Where a node stands in a syntax tree, and the tree with another node there, which shares all others."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from gradecheck.grading.repair.operators.scopes import Scope

Zone = Literal["value", "index", "bound", "option", "default"]


@dataclass(frozen=True, eq=False)
class Spot:
    """A node, and where it stands.

    above: the node that holds it, None for the statement itself, in this field, at this index of a list.
    zone: what is computed ("value"), the index of an array, a bound of a range, an option of a call that is no number
    of the formula (a shape, an axis, a text), or the default of a parameter.
    """

    node: Any
    above: Spot | None
    field: str
    index: int | None
    zone: Zone
    scope: Scope

    @property
    def holder(self) -> Any:
        """The node above; None for the statement itself."""
        return self.above.node if self.above else None

    @property
    def siblings(self) -> list[Any]:
        """The list in which it stands; [] where it stands alone."""
        return [] if self.index is None else getattr(self.holder, self.field)

    @property
    def whole(self) -> bool:
        """Whether it is all that is returned or assigned, or one of several results."""
        match self.holder:
            case ast.Return() | ast.Assign() | ast.AugAssign() | ast.AnnAssign() | ast.NamedExpr():
                return self.field == "value" and not isinstance(self.node, ast.Lambda)
            case ast.Lambda():
                return self.field == "body"
            case ast.ListComp() | ast.GeneratorExp():
                return self.field == "elt"
            case ast.Tuple() | ast.List() | ast.IfExp():
                return self.field != "test" and self.above is not None and self.above.whole
        return False

    @property
    def returned(self) -> bool:
        """Whether it is a result of a function, or one of several."""
        match self.holder:
            case ast.Return() | ast.Lambda():
                return self.whole
            case ast.Tuple() | ast.List():
                return self.above is not None and self.above.returned
        return False

    @property
    def operand(self) -> bool:
        return isinstance(self.holder, ast.BinOp | ast.UnaryOp) and self.zone == "value"

    @property
    def argument(self) -> bool:
        return isinstance(self.holder, ast.Call) and self.field == "args" and self.zone == "value"

    @property
    def method(self) -> bool:
        """Whether it is the x of `x.sum()`."""
        above = self.above
        return isinstance(self.holder, ast.Attribute) and above is not None and above.field == "func"

    @property
    def in_loop(self) -> bool:
        above = self.above
        while above is not None and not isinstance(above.node, ast.FunctionDef | ast.Lambda):
            if isinstance(above.node, ast.For | ast.While | ast.comprehension | ast.ListComp | ast.GeneratorExp):
                return True
            above = above.above
        return False

    def put(self, new: Any) -> Any:
        """The whole statement with another node here."""
        spot = self
        while spot.above is not None:
            if spot.index is None:
                part = new
            else:
                part = list(spot.siblings)
                part[spot.index] = new
            spot, new = spot.above, altered(spot.holder, **{spot.field: part})
        return new


@dataclass(frozen=True, eq=False)
class Change:
    """Another node at a spot, with its sentences. kind, remedy: as of an Edit.

    {was} and {now} in the remedy stand for the code before and after.
    was, now: the nodes that are shown as the code; None for the whole node.
    line: the line that is told; 0 for that of the code before, or of the node at the spot.
    """

    at: Spot
    new: ast.AST
    kind: str
    remedy: str = "`{was}` should be `{now}`."
    was: Sequence[ast.AST] | None = None
    now: Sequence[ast.AST] | None = None
    line: int = 0


def listed(names: str) -> frozenset[str]:
    """The names in a text, between blanks."""
    return frozenset(names.split())


def altered(node: Any, **fields: Any) -> Any:
    """A copy of the node with other values of these fields."""
    new = ast.AST.__new__(type(node))
    vars(new).update(vars(node), **fields)
    return new


def pairs(count: int, most: int = 4) -> list[tuple[int, int]]:
    """The pairs of so many items; of more than `most`, those of neighbours."""
    return [(i, j) for i in range(count) for j in range(i + 1, count if count <= most else min(i + 2, count))]


def exchanged(items: Sequence[Any], i: int, j: int) -> list[Any]:
    """The items with i and j in each other's place."""
    new = list(items)
    new[i], new[j] = new[j], new[i]
    return new


def spliced(spot: Spot, count: int, statements: Sequence[ast.stmt], kind: str, remedy: str) -> Change:
    """Other statements in place of this one and those after it, `count` in all."""
    before, at = spot.siblings, spot.index or 0
    after = [*before[:at], *statements, *before[at + count :]]
    return rewritten(spot, after or [ast.Pass()], kind, remedy, before[at : at + count], statements)


def rewritten(
    spot: Spot, body: Sequence[ast.stmt], kind: str, remedy: str, was: Sequence[ast.AST], now: Sequence[ast.AST]
) -> Change:
    """All statements of the body in which this one stands written anew."""
    assert spot.above is not None
    return Change(spot.above, altered(spot.holder, **{spot.field: list(body)}), kind, remedy, was, now)


def followed(spot: Spot, statement: ast.stmt, kind: str, remedy: str = "`{now}` is missing.") -> Change:
    """Another statement behind this one, whose last line is told."""
    change = spliced(spot, 1, [spot.node, statement], kind, remedy)
    return replace(change, was=[], now=[statement], line=spot.node.end_lineno)


def preceded(spot: Spot, statement: ast.stmt, kind: str, remedy: str = "`{now}` is missing.") -> Change:
    """Another statement before this one, whose line is told."""
    change = spliced(spot, 1, [statement, spot.node], kind, remedy)
    return replace(change, was=[], now=[statement], line=spot.node.lineno)


def started(
    spot: Spot, statement: ast.stmt, kind: str, remedy: str = "The function should start with `{now}`."
) -> Change:
    """A function that starts with another statement, after its docstring."""
    body = spot.node.body
    at = 1 if len(body) > 1 and is_text(body[0]) else 0
    function = altered(spot.node, body=[*body[:at], statement, *body[at:]])
    return Change(spot, function, kind, remedy, [], [statement])


def is_text(statement: ast.stmt) -> bool:
    """Whether it is a text that stands alone, such as a docstring."""
    match statement:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
    return False


def form(text: str, **parts: ast.AST | str) -> Any:
    """An expression as written, with the parts in place of the names: form("1 - X", X=node). A part may be a name."""
    return _filled(_parsed(text).body[0].value, parts)


def anew(node: ast.expr) -> Any:
    """The same expression, as new nodes."""
    return _filled(node, {})


def lines(text: str, **parts: ast.AST | str) -> list[Any]:
    """The same for statements."""
    return [_filled(statement, parts) for statement in _parsed(text).body]


@lru_cache(maxsize=1000)
def _parsed(text: str) -> Any:
    return ast.parse(text)


def _filled(node: Any, parts: dict[str, ast.AST | str]) -> Any:
    if isinstance(node, ast.Name) and node.id in parts:
        part = parts[node.id]
        return ast.Name(part, node.ctx) if isinstance(part, str) else part
    fields = {field: _filled_field(value, parts) for field, value in ast.iter_fields(node)}
    return type(node)(**fields)


def _filled_field(value: Any, parts: dict[str, ast.AST | str]) -> Any:
    if isinstance(value, list):
        return [_filled_field(item, parts) for item in value]
    return _filled(value, parts) if isinstance(value, ast.AST) else value
