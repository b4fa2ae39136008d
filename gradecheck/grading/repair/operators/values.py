"""What an expression stands for: a value of the formula, a length, a call of which function."""

from __future__ import annotations

import ast
from typing import Any, Final

from gradecheck.grading.repair.operators.scopes import is_length
from gradecheck.grading.repair.operators.tree import SHAPES
from gradecheck.grading.repair.terms import Terms

NO_VALUES: Final = SHAPES - {"zeros", "ones", "empty", "full", "eye", "reshape", "transpose", "swapaxes", "squeeze"}


def is_value(node: Any, terms: Terms) -> bool:
    """Whether it may be an array or a number of the formula, and more than a constant."""
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            return name not in terms.modules and name not in terms.functions
        case ast.Attribute(value=ast.Name(id=name), attr=attribute, ctx=ast.Load()):
            return name not in terms.modules and attribute not in ("shape", "dtype", "size", "ndim")
        case ast.Call(func=ast.Name(id=name), args=args) if name in terms.functions and any(
            is_function(arg, terms) for arg in args
        ):
            return False  # it makes one function of another
        case ast.Call():
            return function_of(node) not in NO_VALUES or function_of(node) in ("astype", "resize")
        case ast.BinOp(left=ast.Constant(), right=ast.Constant()) | ast.UnaryOp(operand=ast.Constant()):
            return False
        case ast.BinOp() | ast.UnaryOp() | ast.Attribute(attr="T") | ast.Subscript(ctx=ast.Load()):
            return not is_length(node)
    return False


def is_function(node: ast.expr, terms: Terms) -> bool:
    """Whether it is a function that is not called: one of the submission or of a module, or a lambda."""
    match node:
        case ast.Lambda():
            return True
        case ast.Name(id=name):
            return name in terms.functions
        case ast.Attribute(value=ast.Name(id=name)):
            return name in terms.modules
    return False


def function_of(node: ast.AST) -> str:
    """The name of the function or method that is called; "" for another expression."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
    return ""


def of_module(node: Any, terms: Terms) -> str:
    """The module of the function that is called, such as numpy; "" for a method or a function of the submission."""
    root = node.func if isinstance(node, ast.Call) else None
    if isinstance(root, ast.Name):
        return terms.bare.get(root.id, "").partition(".")[0]
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name):
        return ""
    return (terms.modules.get(root.id) or terms.bare.get(root.id, "")).partition(".")[0]


def is_method(node: Any, terms: Terms) -> bool:
    """Whether it is a call such as `x.sum()`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not of_module(node, terms)
