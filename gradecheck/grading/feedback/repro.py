"""A call as Python that runs with NumPy alone, and what it should have given, as text."""

from __future__ import annotations

from keyword import iskeyword
from pathlib import PurePath
from typing import Final

import numpy as np

from gradecheck.compare import Array, Expectation, Finding
from gradecheck.grading.handed_in.names import printable
from gradecheck.grading.jail.answers import Answer, NoArray, Raised
from gradecheck.grading.judging.asking import Asked
from gradecheck.grading.judging.judging import results_of
from gradecheck.grading.marks import Counterexample
from gradecheck.literals import literal, numbers


def texts(e: Expectation, answer: Answer) -> tuple[str, str]:
    """What is expected and what came, with as many digits as it takes to tell them apart."""
    arrays, _, reason = results_of(answer, e.contract, e.values[0].dtype, e.shapes)
    if reason is not None:
        return _results(e, e.values, 8), _told(reason)
    for digits in (6, 10, 17):
        expected, actual = _results(e, e.values, digits), _results(e, arrays, digits)
        if expected != actual:
            break
    return expected, actual


def _told(reason: Answer | Finding) -> str:
    """What came in place of results."""
    match reason:
        case Raised(type=kind, message=message):
            return f"{kind}: {message}"
        case NoArray(type=kind):
            return kind
        case Finding(was=was):
            return was
    raise AssertionError(reason)  # a call that hung or died is not shown


MOST_SHOWN: Final = 100
"""Numbers of a result: a stranger may return millions of them where a few are right."""


def _results(e: Expectation, arrays: tuple[Array, ...], digits: int) -> str:
    names = e.contract.results
    said = [
        numbers(x + 0.0, digits) if x.size <= MOST_SHOWN else f"an array of shape {x.shape}"  # -0.0 reads as a mistake
        for x in map(np.asarray, arrays)
    ]
    return said[0] if len(names) == 1 else "; ".join(f"{n} = {s}" for n, s in zip(names, said, strict=True))


def lines(asked: Asked, e: Expectation, file: str) -> tuple[str, list[str]]:
    """The call, and the lines that come before it."""
    name, given = asked.question.name, e.contract.given(e.arguments)
    names = [argument.name for argument in e.contract.arguments[: len(given)]]
    lines = ["import numpy as np", _imported(name, PurePath(file))]
    lines += [f"# {', '.join(asked.replaced)}: marked with right values in their place, so repair them first"] * bool(
        asked.replaced
    )
    lines += [f"{n} = {literal(x)}" for n, x in zip(names, given, strict=True)]
    return f"{name}({', '.join(names)})", lines


def _imported(name: str, file: PurePath) -> str:
    """The line that finds the function in the student's own file."""
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
