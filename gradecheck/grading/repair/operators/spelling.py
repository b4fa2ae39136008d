"""Names that are not there: of NumPy, of an array, of the function, of an option."""

from __future__ import annotations

import ast
import builtins
import math
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType, ModuleType
from typing import Any, Final

import numpy as np

from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.scopes import Scope
from gradecheck.grading.repair.operators.surgery import Change, Spot, altered
from gradecheck.grading.repair.operators.values import function_of, of_module
from gradecheck.grading.repair.operators.words import NOUNS
from gradecheck.grading.repair.terms import NUMPY, Terms

Changes = Iterator[Change]

MOST: Final = 3  # names that are tried for one
ALIKE: Final = 0.6  # how alike two names are, at least
MODULES: Final[Mapping[str, ModuleType]] = MappingProxyType(
    {NUMPY: np, "numpy.linalg": np.linalg, "numpy.random": np.random, "math": math}
)
ARRAY: Final = tuple(name for name in dir(np.ndarray) if not name.startswith("_"))
OF_ANY: Final = frozenset(
    name for kind in (np.ndarray, np.dtype, np.random.Generator, dict, list, str, set) for name in dir(kind)
)
PYTHON: Final = frozenset(dir(builtins)) | {"__name__", "__file__"}
ELSEWHERE: Final[Mapping[str, str]] = MappingProxyType({"cat": "concatenate", "ln": "log", "mm": "matmul"})
"""What other libraries call functions of NumPy."""

OPTIONS: Final[Mapping[str, str]] = MappingProxyType({"dim": "axis", "keepdim": "keepdims"})
NO_NAME: Final = "There is no such name."


@cache
def _public(module: str) -> tuple[str, ...]:
    return tuple(name for name in dir(MODULES[module]) if not name.startswith("_"))


def unknown_of_module(spot: Spot, terms: Terms) -> Changes:
    """`np.maxmum` as `np.maximum`."""
    node = spot.node
    module = _module(node.value, terms)
    if module in MODULES and node.attr not in dir(MODULES[module]):
        for name in _alike(node.attr, _public(module)):
            yield Change(spot, altered(node, attr=name), "There is no such function in the module.")


def unknown_of_array(spot: Spot, terms: Terms) -> Changes:
    """`x.shpe` as `x.shape`, `self.rte` as `self.rate`."""
    node, scope = spot.node, spot.scope
    name = node.value.id if isinstance(node.value, ast.Name) else None
    of_object = name is not None and name == scope.object
    if not isinstance(node.ctx, ast.Load) or not (name is None or of_object or name in scope.names):
        return
    if _module(node.value, terms):
        return
    if node.attr not in (scope.attributes if of_object else OF_ANY) and not (of_object and spot.field == "func"):
        for name in _alike(node.attr, scope.attributes if of_object else ARRAY):
            yield Change(spot, altered(node, attr=name), "There is no such attribute.")


def is_unknown(name: str, scope: Scope, terms: Terms) -> bool:
    """Whether a function reads a name that nothing has."""
    if scope.function is None or "*" in terms.names or name in PYTHON:
        return False
    return name not in (*scope.names, *scope.bound, scope.object, *terms.names)


def unknown_name(spot: Spot, terms: Terms) -> Changes:
    """`helpr(x)` as `helper(x)`, `exp(x)` as `np.exp(x)`, `numpy` as `np`."""
    name, node, scope = spot.node.id, spot.node, spot.scope
    if not isinstance(node.ctx, ast.Load) or not is_unknown(name, scope, terms):
        return
    for alias, module in terms.modules.items():
        if module == name:
            yield Change(spot, altered(node, id=alias), NO_NAME)
    if name in _public(NUMPY) and spot.field == "func" and (function := terms.numpy(name)) is not None:
        yield Change(spot, function, NO_NAME)
    for other in _alike(name, [n for n in (*scope.names, *scope.bound, *terms.names) if n]):
        yield Change(spot, altered(node, id=other), NO_NAME)
    if scope.object and name in scope.attributes:
        yield Change(spot, ast.Attribute(ast.Name(scope.object, ast.Load()), name, node.ctx), NO_NAME)


def unknown_option(spot: Spot, terms: Terms) -> Changes:
    """`np.sum(x, axes=0)` as `np.sum(x, axis=0)`."""
    call = spot.node
    if function_of(call) not in NOUNS or call.keywords == []:
        return
    if not of_module(call, terms).startswith(NUMPY) and not isinstance(call.func, ast.Attribute):
        return
    for i, keyword in enumerate(call.keywords):
        for name in _alike(keyword.arg or "", ("axis", "keepdims")):
            if keyword.arg not in ("axis", "keepdims"):
                new = [*call.keywords[:i], altered(keyword, arg=name), *call.keywords[i + 1 :]]
                yield Change(spot, altered(call, keywords=new), "There is no such option.")


def _module(node: Any, terms: Terms) -> str:
    """The module for which an expression such as `np` or `np.linalg` stands; "" for none."""
    match node:
        case ast.Name(id=name):
            return terms.modules.get(name, "")
        case ast.Attribute(value=value, attr=name) if module := _module(value, terms):
            return f"{module}.{name}"
    return ""


def _alike(name: str, known: Iterable[str]) -> list[str]:
    """The names nearest to one."""
    usual = [other[name] for other in (ELSEWHERE, OPTIONS) if name in other]
    names = list(dict.fromkeys(known))
    return [*(n for n in usual if n in names), *get_close_matches(name, names, MOST, ALIKE)]


OPERATORS: Final = (
    Operator("unknown", 1, ast.Attribute, unknown_of_module),
    Operator("unknown", 1, ast.Attribute, unknown_of_array),
    Operator("unknown", 1, ast.Name, unknown_name),
    Operator("unknown", 1, ast.Call, unknown_option),
)
