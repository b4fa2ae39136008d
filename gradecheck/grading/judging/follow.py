"""Follow-through: which functions of a submission call which, and what the broken ones should have answered.

One mistake costs once: a function is marked with right values in place of the broken functions that it calls. Two
functions that call each other are not put right for one another: then neither of them would have to be written.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import numpy as np

from gradecheck.contract import ANY, Contract
from gradecheck.contracts import CONTRACTS
from gradecheck.grading.assignments.assignment import Question
from gradecheck.grading.defined import definitions

Calls = Mapping[str, frozenset[str]]
MOST_NUMBERS: Final = 2000  # in an argument
MOST_STEPS: Final = 100
"""No case has more than that of either: right values are computed in this process, for a stranger."""


def calls(cells: Iterable[str]) -> Calls:
    """For each name that the cells define at their top level, the names that its definition mentions."""
    mentioned: dict[str, frozenset[str]] = {}
    for cell in cells:
        try:
            statements = ast.parse(cell).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for name, definition in definitions(statements):
            read = (n for n in ast.walk(definition) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
            names = frozenset(n.id for n in read)
            mentioned[name] = mentioned.get(name, frozenset()) | names
    return mentioned


def reachable(name: str, made: Calls) -> set[str]:
    """All that a call of the function may call, the function itself only where it comes back to it."""
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
    names = {question.name for question in questions}
    reached = {name: reachable(name, made) & names for name in names}
    return {name: frozenset(h for h in found if name not in reached[h]) for name, found in reached.items()}


def in_order(questions: Sequence[Question], called: Mapping[str, frozenset[str]]) -> list[Question]:
    """Every function after those that it calls; else in the assignment's order."""
    return sorted(questions, key=lambda question: len(called[question.name]))


def right(questions: Iterable[Question]) -> Mapping[str, Callable[..., Any]]:
    """For each of these functions, by its name in the submission, one that gives the right values."""
    return {question.name: partial(_right_values, question.contract.name) for question in questions}


def _fit(contract: Contract, given: Sequence[Any]) -> bool:
    """Whether these are arguments as a case has them: what would be broadcast may grow beyond all memory."""
    lengths: dict[str, Any] = {}
    for argument, x in zip(contract.arguments, given, strict=False):
        shape = np.shape(x)
        named = {ANY: shape} if argument.axes == (ANY,) else dict(zip(argument.axes[::-1], shape[::-1], strict=False))
        if len(named) < len(shape) and ANY not in named:
            return False
        if any(lengths.setdefault(axis, length) != length for axis, length in named.items()):
            return False
        if np.size(x) > MOST_NUMBERS or (argument.kind == "steps" and not x <= MOST_STEPS):
            return False
    return True


def _right_values(function: str, *arguments: Any) -> Any:
    """By the contract's stable form: no torch. What a submission passes beyond the contract's arguments is its own."""
    contract = CONTRACTS[function]
    given = [np.asarray(x) if isinstance(x, list | tuple) else x for x in arguments[: len(contract.arguments)]]
    if not _fit(contract, given):
        shapes = ", ".join(str(np.shape(x)) for x in given)
        msg = f"{function}: its arguments have shapes {shapes}, but should be no larger than a case, and fit"
        raise ValueError(msg)
    if contract.arguments[-1].kind == "alpha" and len(given) == len(contract.arguments) - 1:
        given.append(0.01)
    with np.errstate(all="ignore"):
        return contract.stable(*given)
