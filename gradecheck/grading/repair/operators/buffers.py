"""Changes of dtypes: of an array that is filled, of a result."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from gradecheck.grading.repair.operators.factors import array_of
from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.surgery import Change, Spot, altered, form, listed
from gradecheck.grading.repair.operators.values import function_of, is_value, of_module
from gradecheck.grading.repair.terms import Terms

Changes = Iterator[Change]

DTYPE: Final = "An array has another dtype than the arguments."
MADE: Final = listed("zeros ones empty full array asarray linspace sum mean cumsum")


def made_with_dtype(spot: Spot, terms: Terms) -> Changes:
    """The dtype of the arguments for an array that is made, and none where one is given."""
    call, array = spot.node, array_of(spot, terms)
    name = function_of(call)
    if not of_module(call, terms).startswith("numpy") or name not in MADE:
        return
    rest = [k for k in call.keywords if k.arg != "dtype"]
    if array and name not in ("sum", "mean", "cumsum"):
        dtype = ast.keyword("dtype", form("X.dtype", X=array))
        args = call.args if name in ("full", "linspace") else call.args[:1]  # the second may be a dtype
        needs = f"`{{was}}` needs `dtype={array}.dtype`."
        yield Change(spot, altered(call, args=args, keywords=[*rest, dtype]), DTYPE, needs)
    if len(rest) < len(call.keywords):
        yield Change(spot, altered(call, keywords=rest), DTYPE, "`{was}` should be `{now}`, without `dtype`.")


def made_like(spot: Spot, terms: Terms) -> Changes:
    """`np.zeros(...)` as `np.zeros_like(x)`."""
    array, name = array_of(spot, terms), function_of(spot.node)
    if array and name in ("zeros", "ones", "empty") and of_module(spot.node, terms).startswith("numpy"):
        yield Change(spot, form("F(X)", F=terms.numpy(f"{name}_like") or "", X=array), DTYPE)


def cast(spot: Spot, terms: Terms) -> Changes:
    """`x.astype(np.float32)` as `x.astype(x.dtype)`."""
    array = array_of(spot, terms)
    if array and function_of(spot.node) == "astype" and spot.node.args:
        dtype = form("X.dtype", X=array)
        yield Change(spot, altered(spot.node, args=[dtype, *spot.node.args[1:]]), DTYPE)


def result_cast(spot: Spot, terms: Terms) -> Changes:
    array = array_of(spot, terms)
    if array and spot.returned and is_value(spot.node, terms):
        kind = "The result has another dtype than the arguments."
        yield Change(spot, form("X.astype(Y.dtype)", X=spot.node, Y=array), kind)


OPERATORS: Final = (
    Operator("dtype", 1, ast.Call, made_with_dtype),
    Operator("dtype", 1, ast.Call, cast),
    Operator("dtype", 2, ast.Call, made_like),
    Operator("dtype", 2, ast.expr, result_cast),
)
