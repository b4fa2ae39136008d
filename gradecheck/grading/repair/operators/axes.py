"""Changes of axes: along which a function runs, whether it keeps the axis, and which comes first."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from gradecheck.grading.repair.operators.numbers import written_as
from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.surgery import Change, Spot, altered, exchanged, form
from gradecheck.grading.repair.operators.values import function_of, is_method, is_value, of_module
from gradecheck.grading.repair.operators.words import NOUNS, REDUCTIONS, wrong_axis
from gradecheck.grading.repair.terms import Terms

Changes = Iterator[Change]

AXES: Final = (None, -1, 0, 1)
SLICED: Final = {
    "lower": "A slice starts too late.",
    "upper": "A slice ends too early.",
    "step": "A slice leaves elements out, or turns their order.",
}
OTHER: Final = 9  # an axis that is no number in the code


def axis(spot: Spot, terms: Terms) -> Changes:
    """Another axis, or none, for a function along an axis; with it, the axis kept or dropped."""
    call = spot.node
    name = function_of(call)
    if name not in NOUNS or not _along_axis(call, terms):
        return
    was, keeps = _axis(call, terms), _keeps(call)
    plain = replace(terms, contract=None) if spot.in_loop else terms  # rows may be taken one by one
    for now in AXES:
        if now == was and not (was is None and _option(call, "axis")):
            continue
        kind = wrong_axis(name, was, now, plain)
        for keep in (keeps, not keeps) if name in REDUCTIONS and now is not None else (False,):
            yield Change(spot, _with_axis(call, now, keep, terms), kind, _needs(now, keep))


def keepdims(spot: Spot, terms: Terms) -> Changes:
    """The axis kept as one of length 1, or not."""
    call = spot.node
    name = function_of(call)
    if name not in REDUCTIONS or not _along_axis(call, terms):
        return
    rest = [k for k in call.keywords if k.arg != "keepdims"]
    if _keeps(call):
        kind = f"The {NOUNS[name]} keeps its axis, as one of length 1; it should be dropped."
        yield Change(spot, altered(call, keywords=rest), kind, "`{was}` should be `{now}`, without `keepdims=True`.")
    elif len(call.keywords) == len(rest):
        kind = f"The {NOUNS[name]} drops its axis, and no longer lines up with what it was taken of."
        kept = altered(call, keywords=[*rest, ast.keyword("keepdims", ast.Constant(True))])
        yield Change(spot, kept, kind, "`{was}` needs `keepdims=True`.")


def axis_turned(spot: Spot, terms: Terms) -> Changes:
    """A row for a column: along the other axis, transposed, `x.sum(axis=1, keepdims=True).T`; and back."""
    turned = isinstance(spot.node, ast.Attribute)
    call = spot.node.value if turned else spot.node
    if turned and spot.node.attr != "T":
        return
    if function_of(call) in REDUCTIONS and _keeps(call) and _axis(call, terms) in (0, 1) and _along_axis(call, terms):
        other = _with_axis(call, 1 - (_axis(call, terms) or 0), True, terms)
        kind = f"The {NOUNS[function_of(call)]} runs along the wrong axis; along the other, it lies the other way."
        yield Change(spot, other if turned else form("X.T", X=other), kind)


def _needs(axis: int | None, keep: bool) -> str:
    if axis is None:
        return "`{was}` should be `{now}`, without an axis."
    return f"`{{was}}` needs `axis={axis}{', keepdims=True' if keep else ''}`."


def _along_axis(call: Any, terms: Terms) -> bool:
    """Whether it is NumPy's function, or a method whose first argument is an axis; Python's own sum takes none."""
    if of_module(call, terms).startswith("numpy"):
        return True
    return is_method(call, terms) and (not call.args or _axis(call, terms) != OTHER)


def _place(call: Any, terms: Terms) -> int:
    """Where the axis stands among the arguments without a name."""
    return 0 if is_method(call, terms) else 1


def _option(call: Any, name: str) -> Any:
    return next((k.value for k in call.keywords if k.arg == name), None)


def _axis(call: Any, terms: Terms) -> int | None:
    at = _place(call, terms)
    node = _option(call, "axis") or (call.args[at] if len(call.args) > at else None)
    match node:
        case None | ast.Constant(value=None):
            return None
        case ast.Constant(value=int(value)):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return -value
    return OTHER


def _keeps(call: Any) -> bool:
    return isinstance(value := _option(call, "keepdims"), ast.Constant) and value.value is True


def _with_axis(call: Any, axis: int | None, keep: bool, terms: Terms) -> Any:
    """The call with these, in the order in which people write them."""
    keywords = [k for k in call.keywords if k.arg not in ("axis", "keepdims")]
    if keep:
        keywords.insert(0, ast.keyword("keepdims", ast.Constant(True)))
    if axis is not None:
        keywords.insert(0, ast.keyword("axis", written_as(axis)))
    return altered(call, args=call.args[: _place(call, terms)], keywords=keywords)


def transposed(spot: Spot, terms: Terms) -> Changes:
    """`.T` after a factor of a matrix product, or after a result."""
    match spot.holder:
        case ast.BinOp(op=ast.MatMult()):
            placed = True
        case ast.Call():
            placed = spot.argument and function_of(spot.holder) in ("dot", "matmul")
        case _:
            placed = spot.method and spot.holder.attr == "dot"
    bare = not isinstance(spot.node, ast.Attribute) or spot.node.attr != "T"
    if placed and bare and is_value(spot.node, terms):
        yield Change(spot, form("X.T", X=spot.node), "A matrix is not transposed.")


def result_transposed(spot: Spot, terms: Terms) -> Changes:
    if (
        spot.whole
        and is_value(spot.node, terms)
        and not (isinstance(spot.node, ast.Attribute) and spot.node.attr == "T")
    ):
        yield Change(spot, form("X.T", X=spot.node), "A matrix is not transposed.")


def transpose_dropped(spot: Spot, terms: Terms) -> Changes:
    if spot.node.attr == "T":
        yield Change(spot, spot.node.value, "A matrix is transposed that should not be.")


def transpose_moved(spot: Spot, terms: Terms) -> Changes:
    """`a.T @ b` and `a @ b.T`."""
    node: Any = spot.node
    match node:
        case ast.BinOp(ast.Attribute(value=a, attr="T") as left, ast.MatMult(), b) if not isinstance(b, ast.Attribute):
            moved = altered(node, left=a, right=altered(left, value=b))
        case ast.BinOp(a, ast.MatMult(), ast.Attribute(value=b, attr="T") as right) if not isinstance(a, ast.Attribute):
            moved = altered(node, left=altered(right, value=a), right=b)
        case _:
            return
    yield Change(spot, moved, "The wrong matrix is transposed.")


def reshaped_for_transposed(spot: Spot, terms: Terms) -> Changes:
    if function_of(spot.node) == "reshape" and is_method(spot.node, terms):
        kind = "Reshaping keeps the order of the numbers; it does not transpose."
        yield Change(spot, form("X.T", X=spot.node.func.value), kind)


def indices_swapped(spot: Spot, terms: Terms) -> Changes:
    """`x[i, j]` and `x[j, i]`, `x[:, 0]` and `x[0, :]`."""
    match spot.node:
        case ast.Subscript(slice=ast.Tuple(elts=elements) as indices):
            for i in range(len(elements) - 1):
                swapped = altered(indices, elts=exchanged(elements, i, i + 1))
                yield Change(spot, altered(spot.node, slice=swapped), "Two indices are in the wrong order.")
        case ast.Subscript(value=ast.Subscript(value=x, slice=i) as inner, slice=j):
            swapped = altered(spot.node, value=altered(inner, slice=j), slice=i)
            yield Change(spot, swapped, "Two indices are in the wrong order.")
        case ast.Subscript(value=x, slice=index) if spot.zone == "value" and not isinstance(index, ast.Slice):
            if not (isinstance(x, ast.Attribute) and x.attr == "shape"):
                column = altered(spot.node, slice=ast.Tuple([ast.Slice(), index], ast.Load()))
                yield Change(spot, column, "A row is taken where a column belongs.")


def index_dropped(spot: Spot, terms: Terms) -> Changes:
    """`x[...]` and `x`."""
    if isinstance(spot.node.ctx, ast.Load) and spot.zone == "value" and not _of_shape(spot.node):
        yield Change(spot, spot.node.value, "There is an index too many.")


def slice_shifted(spot: Spot, terms: Terms) -> Changes:
    """`x[1:]` and `x[:-1]`, and a slice without its start, its end, its step."""
    for i, part in enumerate(_indices(spot.node)):
        match part:
            case ast.Slice(lower=ast.expr(), upper=None, step=None):
                yield _with_index(spot, i, ast.Slice(None, written_as(-1), None), "A slice leaves out the wrong end.")
            case ast.Slice(lower=None, upper=ast.expr(), step=None):
                yield _with_index(spot, i, ast.Slice(ast.Constant(1), None, None), "A slice leaves out the wrong end.")
            case ast.Slice(lower=None, upper=None, step=None) if isinstance(spot.node.slice, ast.Tuple):
                for new in (ast.Slice(None, written_as(-1), None), ast.Slice(ast.Constant(1), None, None)):
                    yield _with_index(spot, i, new, "A slice has an element too many.")
        for field, kind in SLICED.items():
            if isinstance(part, ast.Slice) and getattr(part, field) is not None:
                yield _with_index(spot, i, altered(part, **{field: None}), kind)


def _indices(node: Any) -> list[ast.expr]:
    """The indices of `x[i, j]`."""
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]


def _with_index(spot: Spot, i: int, index: ast.expr, kind: str) -> Change:
    """Another one of the indices."""
    indices = _indices(spot.node)
    several = isinstance(spot.node.slice, ast.Tuple)
    new = altered(spot.node.slice, elts=[*indices[:i], index, *indices[i + 1 :]]) if several else index
    return Change(spot, altered(spot.node, slice=new), kind)


def column_added(spot: Spot, terms: Terms) -> Changes:
    """`x[:, None]` for an operand."""
    if spot.operand and isinstance(spot.node, ast.Name) and is_value(spot.node, terms):
        kind = "An array lacks an axis of length 1, and lines up with the wrong axis."
        yield Change(spot, form("X[:, None]", X=spot.node), kind)


def _of_shape(node: Any) -> bool:
    return isinstance(node.value, ast.Attribute) and node.value.attr == "shape"


OPERATORS: Final = (
    Operator("keepdims", 1, ast.Call, keepdims),
    Operator("axis", 1, ast.Call, axis),
    Operator("transposed", 1, ast.Attribute, transpose_dropped),
    Operator("transposed", 1, ast.expr, transposed),
    Operator("transposed", 2, ast.BinOp, transpose_moved),
    Operator("transposed", 2, ast.Call, reshaped_for_transposed),
    Operator("index", 2, ast.Subscript, indices_swapped),
    Operator("index", 2, ast.Subscript, index_dropped),
    Operator("slice", 2, ast.Subscript, slice_shifted),
    Operator("transposed", 3, ast.expr, result_transposed),
    Operator("axis", 3, (ast.Call, ast.Attribute), axis_turned),
    Operator("new-axis", 4, ast.expr, column_added),
)
