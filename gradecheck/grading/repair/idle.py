"""The functions and classes that no change can mend, as they are not run: seen by letting each raise."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from copy import deepcopy
from typing import Final, TypeVar

import numpy as np

from gradecheck.grading.bank.store import BankedQuestion
from gradecheck.grading.judging.judged import Judged
from gradecheck.grading.repair.edit import Edit, Place
from gradecheck.grading.repair.operators.surgery import altered
from gradecheck.grading.repair.trials import Budget, Trials

Function = TypeVar("Function", ast.FunctionDef, ast.AsyncFunctionDef)
RAISE: Final = ast.parse("raise RuntimeError").body


def idle(
    trials: Trials, few: BankedQuestion, now: Judged, statements: Mapping[Place, ast.stmt], budget: Budget
) -> frozenset[Place]:
    """Those after whose change the answers to the few cases are the same.    now: the answers without a change."""
    raising = {place: _raising(place, s) for place, s in statements.items() if isinstance(s, Holder)}
    if len(statements) == 1 or budget.take(len(raising)) < len(raising):
        return frozenset()
    answers = trials.judged(few, [(edit,) for edit in raising.values()])
    return frozenset(place for place, own in zip(raising, answers, strict=True) if _same(own, now))


Holder = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _raising(place: Place, statement: ast.stmt) -> Edit:
    """The statement with functions that only raise."""
    tree = _Raising().visit(deepcopy(statement))
    return Edit("idle", 1, place, tree, statement, tree, statement.lineno, "", "", "", "")


class _Raising(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return _empty(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return _empty(node)


def _empty(node: Function) -> Function:
    found: Function = altered(node, body=RAISE)
    return found


def _same(one: Judged, other: Judged) -> bool:
    return one.reasons == other.reasons and np.array_equal(one.actual, other.actual, equal_nan=True)
