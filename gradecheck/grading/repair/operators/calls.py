"""Changes of calls: another function, arguments in another order, a call dropped or put around."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.scopes import is_length
from gradecheck.grading.repair.operators.surgery import Change, Spot, altered, exchanged, form, listed, pairs
from gradecheck.grading.repair.operators.tree import OPTIONS, SHAPES
from gradecheck.grading.repair.operators.values import function_of, is_function, is_method, is_value, of_module
from gradecheck.grading.repair.operators.words import ELEMENTS, MATRIX, MEAN_MISSING, NOUNS, SUM_MEANT, in_place_of
from gradecheck.grading.repair.terms import Terms

Changes = Iterator[Change]

ANOTHER: Final = "Another function belongs here."
KIN: Final = (
    ("exp exp2 expm1", "The wrong exponential function is taken."),
    ("log log2 log10 log1p", "The wrong logarithm is taken."),
    ("maximum minimum", "The larger number is taken where the smaller belongs, or the other way round."),
    ("maximum max", ANOTHER),
    ("minimum min", ANOTHER),
    ("sum mean max min prod", ""),
    ("sum cumsum", ""),
    ("max argmax", ""),
    ("min argmin", ""),
    ("argmax argmin", ""),
    ("any all", "It is tested whether any is true where all are meant, or the other way round."),
    ("std var", ""),
    ("tanh sinh cosh", "Another hyperbolic function belongs here."),
    ("tanh tan", "Another hyperbolic function belongs here."),
    ("sin cos", ANOTHER),
    ("multiply matmul", "A product element by element stands where one of matrices belongs, or the other way round."),
    ("dot multiply", "A product element by element stands where one of matrices belongs, or the other way round."),
    ("dot outer", ANOTHER),
    ("matmul outer", ANOTHER),
    ("add subtract", "The sign is turned."),
    ("multiply divide", "A product stands where a division belongs, or the other way round."),
    ("zeros ones", "An array is filled with another number."),
    ("zeros empty", "An array is not filled before it is used."),
    ("zeros_like ones_like", "An array is filled with another number."),
    ("zeros_like empty_like", "An array is not filled before it is used."),
    ("greater greater_equal", "The boundary itself falls on the wrong side of a comparison."),
    ("less less_equal", "The boundary itself falls on the wrong side of a comparison."),
    ("greater less", "A comparison is turned."),
    ("sqrt square", ANOTHER),
    ("floor ceil", ANOTHER),
    ("hstack vstack", ANOTHER),
)
"""Functions that are taken for each other, with what is wrong then; "" where the nouns of the two say it."""

MEANS: Final = {("sum", "mean"): MEAN_MISSING, ("mean", "sum"): SUM_MEANT}
MOST: Final = 4  # functions of the submission that are tried around a name
METHODS: Final = listed("sum mean max min prod argmax argmin any all std var cumsum dot")
PYTHON: Final = listed("sum max min any all")
DROPPED: Final = {
    **dict.fromkeys(("round", "around", "floor", "ceil", "rint", "fix"), "A value is rounded."),
    **dict.fromkeys(("clip", "maximum", "minimum", "fmax"), "A value is clipped that should not be."),
    **dict.fromkeys(("astype", "float64", "float32", "float16", "float", "int"), "A value gets another dtype."),
    **dict.fromkeys(("sqrt",), "A square root is taken that should not be."),
    **dict.fromkeys(("abs", "absolute", "fabs"), "The sign is lost: an absolute value is taken that should not be."),
    **dict.fromkeys(("log", "log2", "log10", "log1p"), "A logarithm is taken that should not be."),
    **dict.fromkeys(("exp", "exp2", "expm1"), "An exponential is taken that should not be."),
    **dict.fromkeys(("reshape", "ravel", "flatten", "squeeze", "atleast_2d"), "The shape is changed."),
    **dict.fromkeys(("sum", "mean", "max", "min", "prod"), "Numbers are put together that should stay apart."),
}
WRAPPED: Final = (
    ("exp", "An exponential is missing."),
    ("log", "A logarithm is missing."),
    ("abs", "An absolute value is missing."),
    ("sqrt", "A square root is missing."),
)


def kin(spot: Spot, terms: Terms) -> Changes:
    """A function that is taken for another one: np.f, x.f(), math.f, and Python's own."""
    name, module = function_of(spot.node), of_module(spot.node, terms)
    for text, kind in KIN:
        group = text.split()
        if name in group:
            for other in group:
                if other != name and (func := _renamed(spot.node, module, other, terms)) is not None:
                    said = kind or MEANS.get((name, other)) or in_place_of(NOUNS[name], NOUNS[other])
                    yield Change(spot, altered(spot.node, func=func), said)


def _renamed(call: Any, module: str, other: str, terms: Terms) -> Any:
    """The function of the call under another name; None where there is none."""
    if module == "math" and not hasattr(math, other):
        return None
    if module == "" and other not in (METHODS if is_method(call, terms) else PYTHON):
        return None
    if isinstance(call.func, ast.Attribute):
        return altered(call.func, attr=other)
    if module == "":
        return ast.Name(other, ast.Load())
    return terms.numpy(other) if module == "numpy" else None


def for_arrays(spot: Spot, terms: Terms) -> Changes:
    """NumPy's function for one of a single number: math.exp, max(0, x)."""
    call = spot.node
    name = function_of(call)
    if of_module(call, terms) == "math" or (isinstance(call.func, ast.Name) and name in ("max", "min", "abs", "sum")):
        two = name in ("max", "min") and len(call.args) == 2
        func = terms.numpy({"max": "maximum", "min": "minimum"}[name] if two else name)
        if func is not None and name not in terms.functions:
            yield Change(spot, altered(call, func=func), "The function takes single numbers, not an array.")


def products(spot: Spot, terms: Terms) -> Changes:
    """`np.dot(a, b)` as `a * b`, `np.multiply(a, b)` as `a @ b`."""
    name, args = function_of(spot.node), spot.node.args
    if of_module(spot.node, terms).startswith("numpy") and len(args) == 2 and not spot.node.keywords:
        if name in ("dot", "matmul", "outer"):
            yield Change(spot, form("A * B", A=args[0], B=args[1]), MATRIX)
        elif name in ("multiply", "outer"):
            yield Change(spot, form("A @ B", A=args[0], B=args[1]), ELEMENTS)


def arguments_swapped(spot: Spot, terms: Terms) -> Changes:
    args = spot.node.args
    for i, j in pairs(len(args), 3):
        if not isinstance(args[i], ast.Starred) and not isinstance(args[j], ast.Starred):
            where = function_of(spot.node) == "where" and i == 1
            kind = "The two branches are swapped." if where else "Two arguments are in the wrong order."
            yield Change(spot, altered(spot.node, args=exchanged(args, i, j)), kind)


def keywords_swapped(spot: Spot, terms: Terms) -> Changes:
    keywords = spot.node.keywords
    plain = [i for i, keyword in enumerate(keywords) if keyword.arg not in OPTIONS]
    for i, j in ((plain[i], plain[j]) for i, j in pairs(len(plain))):
        values = exchanged([k.value for k in keywords], i, j)
        new = [altered(k, value=value) for k, value in zip(keywords, values, strict=True)]
        yield Change(spot, altered(spot.node, keywords=new), "Two arguments have each other's value.")


def call_dropped(spot: Spot, terms: Terms) -> Changes:
    """`f(x)` and `x`, `x.f()` and `x`."""
    call, name = spot.node, function_of(spot.node)
    if spot.zone not in ("value", "bound") or name in SHAPES - {"astype", "reshape", "squeeze"} or is_length(call):
        return
    if isinstance(spot.holder, ast.Expr | ast.For | ast.comprehension) or name == "range":
        return
    kind = DROPPED.get(name, "There is a call too many.")
    inside = [call.func.value] if is_method(call, terms) else list(call.args[:2])
    if len(inside) == 2 and name not in ("maximum", "minimum", "add", "multiply", "dot", "matmul", "max", "min"):
        inside = inside[:1]
    for left in inside:
        if not isinstance(left, ast.Starred | ast.Constant):
            yield Change(spot, left, kind, "`{was}` should be `{now}` alone.")
    if name == "where" and len(call.args) == 3:
        for left in call.args[1:]:
            yield Change(spot, left, "A condition decides where none should.", "`{was}` should be `{now}` alone.")


def wrapped(spot: Spot, terms: Terms) -> Changes:
    """`x` and `np.exp(x)`, `np.log(x)`."""
    if _may_be_wrapped(spot, terms):
        for name, kind in WRAPPED[:2]:
            yield from _around(spot, name, kind, terms)


def wrapped_rarely(spot: Spot, terms: Terms) -> Changes:
    if _may_be_wrapped(spot, terms):
        for name, kind in WRAPPED[2:]:
            yield from _around(spot, name, kind, terms)


def _around(spot: Spot, name: str, kind: str, terms: Terms) -> Changes:
    func = terms.numpy(name)
    if func is not None and function_of(spot.node) != name and function_of(spot.holder) != name:
        yield Change(spot, ast.Call(func, [spot.node], []), kind)


def _may_be_wrapped(spot: Spot, terms: Terms) -> bool:
    placed = spot.whole or spot.operand or spot.argument or spot.method
    return placed and is_value(spot.node, terms) and not is_length(spot.node)


def one_minus(spot: Spot, terms: Terms) -> Changes:
    if _may_be_wrapped(spot, terms):
        yield Change(spot, form("1 - X", X=spot.node), "A complement is missing: 1 minus a value.")


def own_call(spot: Spot, terms: Terms) -> Changes:
    """`x` and `f(x)`, `x.T` and `f(x.T)`, of a function of the submission that takes one argument."""
    turned = isinstance(spot.holder, ast.Attribute) and spot.holder.attr == "T"
    placed = spot.whole or spot.operand or spot.argument or turned
    if placed and (isinstance(spot.node, ast.Name) or spot.node.attr == "T") and is_value(spot.node, terms):
        own = getattr(spot.scope.function, "name", "")
        unary = [name for name, needed in terms.functions.items() if needed == 1 and name != own]
        for name in unary[:MOST]:
            if function_of(spot.holder) != name:
                yield Change(spot, form("F(X)", F=name, X=spot.node), "A call of another function is missing.")


def made(spot: Spot, terms: Terms) -> Changes:
    """`f` and `g(f)` of a function of the submission that takes one argument."""
    if spot.whole and is_function(spot.node, terms):
        others = (name for name, needed in terms.functions.items() if needed == 1 and name != ast.unparse(spot.node))
        for name in islice(others, MOST):
            kind = "A function is taken as it is, where one that is made of it belongs."
            yield Change(spot, form("F(X)", F=name, X=spot.node), kind)


def indices(spot: Spot, terms: Terms) -> Changes:
    """`len(x)` and `np.arange(len(x))`."""
    if is_length(spot.node) and (spot.whole or spot.zone == "index") and (func := terms.numpy("arange")) is not None:
        kind = "A length stands where all indices below it belong."
        yield Change(spot, ast.Call(func, [spot.node], []), kind)


def reduced(spot: Spot, terms: Terms) -> Changes:
    """`x` and `np.sum(x)`."""
    if spot.whole and is_value(spot.node, terms) and function_of(spot.node) not in NOUNS:
        for name, text in (("sum", "F(X)"), ("mean", "F(X)"), ("sum", "F(X, axis=0)"), ("sum", "F(X, axis=-1)")):
            if (func := terms.numpy(name)) is not None:
                yield Change(spot, form(text, F=func, X=spot.node), f"A {NOUNS[name]} is missing.")


def one_plus(spot: Spot, terms: Terms) -> Changes:
    """`1 / x` and `1 / (1 + x)`, `log(x)` and `log(1 + x)`."""
    below = isinstance(spot.holder, ast.BinOp) and isinstance(spot.holder.op, ast.Div) and spot.field == "right"
    if (below or function_of(spot.holder) == "log") and _may_be_wrapped(spot, terms):
        yield Change(spot, form("1 + X", X=spot.node), "A 1 is missing in a sum.")


def reciprocal(spot: Spot, terms: Terms) -> Changes:
    if spot.whole and is_value(spot.node, terms):
        yield Change(spot, form("1 / X", X=spot.node), "A reciprocal is missing: 1 divided by a value.")


def shifted(spot: Spot, terms: Terms) -> Changes:
    """`np.exp(x)` of x without its largest number."""
    if function_of(spot.holder) == "exp" and spot.argument and is_value(spot.node, terms):
        kind = "Large numbers overflow: the maximum is not taken off before the exponential."
        yield Change(spot, form("X - X.max(axis=-1, keepdims=True)", X=spot.node), kind)


def guarded(spot: Spot, terms: Terms) -> Changes:
    """A product or quotient with 0 that counts as 0."""
    func, node = terms.numpy("where"), spot.node
    if func is not None and isinstance(node.op, ast.Mult | ast.Div):
        for part in (node.left, node.right) if isinstance(node.op, ast.Mult) else (node.left,):
            zero = part.operand if isinstance(part, ast.UnaryOp) else part
            if isinstance(zero, ast.Name) and is_value(zero, terms):
                kind = "0 times infinity gives nan: where one factor is 0, the result should be 0."
                yield Change(spot, form("F(Z == 0, 0, X)", F=func, Z=zero, X=node), kind)


def log_guarded(spot: Spot, terms: Terms) -> Changes:
    """`np.log(x)` of x and a little more, or of no less than a little."""
    func = terms.numpy("maximum")
    if function_of(spot.holder) == "log" and spot.argument and is_value(spot.node, terms):
        kind = "The logarithm of 0 is taken."
        yield Change(spot, form("X + 1e-12", X=spot.node), kind)
        if func is not None:
            yield Change(spot, form("F(X, 1e-12)", F=func, X=spot.node), kind)


OPERATORS: Final = (
    Operator("function", 1, ast.Call, kin),
    Operator("for-arrays", 1, ast.Call, for_arrays),
    Operator("call-dropped", 1, ast.Call, call_dropped),
    Operator("arguments", 1, ast.Call, arguments_swapped),
    Operator("shift", 1, ast.expr, shifted),
    Operator("arguments", 2, ast.Call, keywords_swapped),
    Operator("function", 2, ast.Call, products),
    Operator("guard", 2, ast.BinOp, guarded),
    Operator("call-missing", 3, ast.expr, wrapped),
    Operator("complement", 3, ast.expr, one_minus),
    Operator("guard", 4, ast.expr, log_guarded),
    Operator("call-missing", 2, (ast.Name, ast.Attribute), made),
    Operator("call-missing", 3, (ast.Name, ast.Attribute), own_call),
    Operator("call-missing", 3, ast.expr, indices),
    Operator("call-missing", 3, ast.expr, reduced),
    Operator("term", 3, ast.expr, one_plus),
    Operator("call-missing", 4, ast.expr, wrapped_rarely),
    Operator("reciprocal", 4, ast.expr, reciprocal),
)
