"""Follow-through: which functions of a submission call which, and right values for the broken ones.

One mistake costs once: a function is marked with right values in place of the broken functions that it calls. Two
functions that call each other are not replaced for one another: else neither of them would have to be written.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import numpy as np

from gradecheck.grading.assignments.assignment import Question
from gradecheck.grading.defined import definitions, statements
from gradecheck.grading.jail.right_values import Replacement
from gradecheck.grading.source import Source
from gradecheck.packs import registry
from gradecheck.packs.contract import ANY, Contract

Calls = Mapping[str, frozenset[str]]
MOST_NUMBERS: Final = 10_000  # in an argument
MOST_TIMES: Final = 100  # of a Python number that counts steps
"""No case has more: right values are computed in this process, on a stranger's arguments."""


def code(source: Source) -> tuple[str, ...]:
    """The submission's cells, and the modules that were handed in beside them."""
    modules = (file.data.decode("utf-8", "replace") for file in source.beside if file.path.endswith(".py"))
    return (*source.cells, *modules)


def calls(cells: Iterable[str]) -> Calls:
    """For each name that the cells define at their top level, the names that its definition mentions."""
    mentioned: dict[str, frozenset[str]] = {}
    for cell in cells:
        for name, definition in definitions(statements(cell)):
            mentioned[name] = mentioned.get(name, frozenset()) | frozenset(_mentioned(definition))
    return mentioned


def _mentioned(definition: ast.AST) -> Iterator[str]:
    """Names that are read, and attributes: selu, layers.selu.

    A plain loop over the fields, as every submission is looked through: ast.walk takes nearly twice as long.
    """
    waiting: list[Any] = [definition]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                yield node.id
        elif isinstance(node, ast.AST):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                yield node.attr
            waiting += [getattr(node, name, None) for name in node._fields]


def reachable(name: str, made: Calls) -> set[str]:
    """All functions that a call may call; the function itself only if it calls itself, directly or not."""
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        for called in made.get(waiting.pop(), frozenset()) - reached:
            reached.add(called)
            waiting.append(called)
    return reached


def helpers(questions: Sequence[Question], cells: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """For each question by name, the other questions that its function calls and that do not call it in turn."""
    made = calls(cells)
    names = {question.called: question.name for question in questions}
    reached = {called: reachable(called, made) & names.keys() for called in names}
    return {
        names[called]: frozenset(names[helper] for helper in found if called not in reached[helper])
        for called, found in reached.items()
    }


def in_order(questions: Sequence[Question], called: Mapping[str, frozenset[str]]) -> list[Question]:
    """Every function after those that it calls; else in the assignment's order."""
    return sorted(questions, key=lambda question: len(called[question.name]))


def right(questions: Iterable[Question]) -> Mapping[str, Replacement]:
    """For each of these functions, by its name in calls, a function that gives the right values."""
    return {question.called: partial(_right_values, question.contract) for question in questions}


def _fit(contract: Contract, given: Sequence[Any]) -> bool:
    """Whether these arguments have the shapes of a case: broadcasting others may take all memory."""
    lengths: dict[str, Any] = {}
    for argument, x in zip(contract.arguments, given, strict=False):
        shape = np.shape(x)
        if argument.axes == (ANY,):
            shape = (shape,)  # all of it has one name
        if len(argument.axes) < len(shape):
            return False
        named = zip(argument.axes[::-1], shape[::-1], strict=False)  # a square has one axis twice
        if any(lengths.setdefault(axis, length) != length for axis, length in named):
            return False
        if np.size(x) > MOST_NUMBERS or (argument.kind.numbers == "whole" and not np.max(x, initial=0) <= MOST_TIMES):
            return False
    return True


def _in_order(contract: Contract, given: Sequence[tuple[str, Any]]) -> tuple[Any, ...]:
    """The contract's arguments: by name where the submission's parameters have the same names, else by position.

    Further arguments of the submission are ignored.
    """
    names = [argument.name for argument in contract.arguments]
    own = dict(given)
    if own.keys() <= set(names) and all(a.name in own or a.default is not None for a in contract.arguments):
        return tuple(own.get(argument.name, argument.default) for argument in contract.arguments)
    return contract.complete([x for _, x in given[: len(names)]])


def _right_values(contract: Contract, arguments: Sequence[tuple[str, Any]]) -> Any:
    """By the formula in NumPy, without torch."""
    given = [np.asarray(x) if isinstance(x, list | tuple) else x for x in _in_order(contract, arguments)]
    if not _fit(contract, given):
        shapes = ", ".join(str(np.shape(x)) for x in given)
        msg = f"{contract.name}: its arguments have shapes {shapes}, but should be no larger than a case, and fit"
        raise ValueError(msg)
    with np.errstate(all="ignore"):
        return registry.right(contract)(*given)
