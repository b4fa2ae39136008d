"""A call as Python that runs with NumPy alone, and its expected results as text."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from keyword import iskeyword
from pathlib import PurePath
from typing import Final

import numpy as np

from gradecheck.grading.jail.answers import Answer, NoArray, Raised
from gradecheck.grading.jail.inside.protocol import Cases
from gradecheck.grading.jail.reply import Answering
from gradecheck.grading.judging.asking import Answered
from gradecheck.grading.judging.judged import results_of
from gradecheck.grading.marks import Counterexample
from gradecheck.grading.submissions.names import printable
from gradecheck.numbers.compare import Array, Expectation, Finding
from gradecheck.numbers.literals import literal, numbers


def texts(e: Expectation, answer: Answer) -> tuple[str, str]:
    """The expected and the actual results, with enough digits to tell them apart."""
    arrays, _, reason = results_of(answer, e.contract, e.values[0].dtype, e.shapes)
    if reason is not None:
        return _results(e, e.values, 8), _told(reason)
    for digits in (6, 10, 17):
        expected, actual = _results(e, e.values, digits), _results(e, arrays, digits)
        if expected != actual:
            break
    return expected, actual


def _told(reason: Answer | Finding) -> str:
    """The text for what came in place of results."""
    match reason:
        case Raised(type=kind, message=message):
            return f"{kind}: {message}"
        case NoArray(type=kind):
            return kind
        case Finding(was=was):
            return was
    raise AssertionError(reason)  # a call that hung or died is not shown


MOST_SHOWN: Final = 100
"""The most numbers of a result that are shown: a submission may return millions."""


def _results(e: Expectation, arrays: tuple[Array, ...], digits: int) -> str:
    names = e.contract.results
    said = [
        numbers(x + 0.0, digits) if x.size <= MOST_SHOWN else f"an array of shape {x.shape}"  # -0.0 reads as a mistake
        for x in map(np.asarray, arrays)
    ]
    return said[0] if len(names) == 1 else "; ".join(f"{n} = {s}" for n, s in zip(names, said, strict=True))


@dataclass(frozen=True)
class Script:
    """A call that a student can run.    head: imports.    lines: before the call.

    call: an expression for the results; "" where there is none.    last: one for the last value before them.
    arguments: by name, an expression for each argument of the contract after the call.
    """

    head: tuple[str, ...]
    lines: tuple[str, ...]
    call: str
    last: str
    arguments: Mapping[str, str]

    @property
    def before(self) -> tuple[str, ...]:
        return (*self.head, *self.lines)


def script(session: Answering, asked: Answered, e: Expectation, file: str) -> Script:
    """The call of the student's function, or all calls that an adapter makes for it."""
    names = [argument.name for argument in e.contract.arguments]
    given = e.contract.given(e.arguments)
    if not asked.question.adapted:
        name, own = asked.question.name, names[: len(given)]
        lines = tuple(f"{n} = {literal(x)}" for n, x in zip(own, given, strict=True))
        call = f"{name}({', '.join(own)})"
        return Script(_head(asked, [name], file), lines, call, "", dict(zip(own, own, strict=True)))
    found = session.record(asked.question.called, Cases.pack([given]), asked.replaced)
    if found is None or not found.whole or not _is_plain(found.lines):
        return Script((), (f"# {asked.question.name}: what it is called with cannot be shown",), "", "", {})
    known = all(map(_is_plain_expression, found.results)) and bool(found.results)
    call = ", ".join(found.results) if known else ""
    arguments = {n: x for n, x in zip(names, found.arguments, strict=False) if x and _is_plain_expression(x)}
    call = f"({call})" if len(found.results) > 1 and call else call
    last = found.last if found.last.isidentifier() else ""
    return Script(_head(asked, found.roots, file), found.lines, call, last, arguments)


def shown(own: Script, e: Expectation, expected: str) -> list[str]:
    """The lines that print the results, and show the expected ones."""
    if own.call:
        return [*own.before, f"print({own.call})", f"# should be {expected}"]
    printed = [f"print({own.last})"] if own.last else []
    *first, last = e.contract.results
    what = f"{', '.join(first)} and {last} come" if first else f"{last} comes"
    should = f"{what} from this, and should be {expected}"
    return [*own.before, *printed, f"# {should}"]


PLAIN: Final = (
    *(ast.Module, ast.Assign, ast.Expr, ast.Call, ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.List),
    *(ast.Tuple, ast.Dict, ast.UnaryOp, ast.USub, ast.keyword, ast.Load, ast.Store),
)
"""The only characters of lines that a worker sends: a hostile worker may send anything."""


def _is_plain(lines: Sequence[str]) -> bool:
    try:
        tree = ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    words = (getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(tree))
    return all(isinstance(node, PLAIN) for node in ast.walk(tree)) and not any(w.startswith("__") for w in words)


def _is_plain_expression(text: str) -> bool:
    return bool(text) and "\n" not in text and _is_plain([f"({text})"])


def _head(asked: Answered, names: Sequence[str], file: str) -> tuple[str, ...]:
    helped = f"# {', '.join(asked.followed)}: marked with right values in their place, so repair them first"
    imported = _imported(", ".join(names), PurePath(file)) if names else f"# {printable(file)} is your file"
    return ("import numpy as np", imported, *[helped] * bool(asked.followed))


def _imported(name: str, file: PurePath) -> str:
    """The line that imports the functions from the student's file."""
    said = printable(file.name)
    if file.suffix.lower() == ".ipynb":
        return f"# in a cell of {said}, below {name}"
    if file.suffix == ".py" and file.stem.isidentifier() and not iskeyword(file.stem):
        return f"from {file.stem} import {name}  # {said} is your file"
    return f"from submission import {name}  # submission.py is a copy of your {said}"


def example(e: Expectation, expected: str, actual: str, repro: list[str]) -> Counterexample:
    given = e.contract.given(e.arguments)
    names = [argument.name for argument in e.contract.arguments[: len(given)]]
    return Counterexample(dict(zip(names, given, strict=True)), expected, actual, "\n".join(repro))
