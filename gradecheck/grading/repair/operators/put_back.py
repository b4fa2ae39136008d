"""Pieces of a formula in the names of a submission."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from gradecheck.grading.repair.operators.holes import names
from gradecheck.grading.repair.operators.scopes import Scope
from gradecheck.grading.repair.operators.surgery import form
from gradecheck.grading.repair.terms import BUILT_IN, HOLE, NP, NUMPY, Terms


def written_here(pieces: Sequence[str], scope: Scope, terms: Terms, hole: ast.expr | None = None) -> Iterator[Any]:
    """Those of the pieces whose names are known in a function, as it would write them.    hole: stands in the hole."""
    parts = _meant(scope, terms) | ({} if hole is None else {HOLE: hole})
    for text in pieces:
        if _names(text) <= parts.keys():
            yield form(text, **parts)


@lru_cache(maxsize=16)
def _meant(scope: Scope, terms: Terms) -> dict[str, Any]:
    """What the names of a piece stand for in a function: the contract's arguments, and NumPy."""
    numpy = next((alias for alias, module in terms.modules.items() if module == NUMPY), "")
    found: dict[str, Any] = {NP: numpy} if numpy else {}
    arguments = terms.contract.arguments if terms.contract else ()
    outer = scope
    while outer.outer is not None:
        outer = outer.outer
    in_order = outer.arguments if len(outer.arguments) == len(arguments) else ()
    for i, argument in enumerate(arguments):
        called = (argument.name, *argument.called, *argument.kind.called)
        named = (name for name in called if name in scope.names)
        own = in_order[i] if in_order and argument.name not in scope.names else next(named, "")
        held = next((name for name in called if name in scope.attributes), "")
        if own or held:
            name = ast.Name(own or scope.object, ast.Load())
            found[argument.name] = name if own else ast.Attribute(name, held, ast.Load())
    return found


@lru_cache(maxsize=1000)
def _names(text: str) -> frozenset[str]:
    return frozenset(names(ast.parse(text)) - BUILT_IN)
