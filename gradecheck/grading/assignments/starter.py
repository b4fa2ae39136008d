"""The file that students fill in: every function with its formula, its shapes and what holds, and no answers."""

from __future__ import annotations

from textwrap import fill, indent
from typing import Final

from gradecheck.grading.assignments.assignment import Assignment, Question
from gradecheck.grading.assignments.told import WIDTH, either, held, narrowing
from gradecheck.packs.contract import ANY, Argument

QUOTES: Final = '"' * 3
IMPORT: Final = "import numpy as np"


def starter(assignment: Assignment, command: str) -> str:
    """The file's text.    command: that checks the file, with FILE for its name.

    Where there is an adapter, it is the course's own file, with its own signatures.
    """
    if assignment.starter is not None:
        return assignment.starter.text
    head = f"{QUOTES}{introduction(assignment, command, 'submission.py')}{QUOTES}\n\n{IMPORT}\n"
    return head + "".join(f"\n\n{function(question)}" for question in assignment.questions)


def introduction(assignment: Assignment, command: str, file: str) -> str:
    """What to do, and what holds.

    command: as in `starter`.   file: the student's file, by default.
    """
    lines = [
        assignment.title.replace("\\", "").replace(QUOTES, ""),
        "",
        "Fill in the functions below, in NumPy, and see as often as you like how they do:",
        "",
        f"    {command.replace('FILE', assignment.file or file, 1)}",
        "",
        held(assignment),
    ]
    return "\n".join(lines)


def function(question: Question) -> str:
    """A function to be filled in."""
    contract = question.contract
    arguments = ", ".join(_parameter(a, question) for a in contract.arguments)
    said = [
        contract.formula,
        "",
        f"{question.points:g} point{'s' * (question.points != 1)}. Slide: {contract.slide}.",
        "; ".join(f"{a.name}: {_shape(a, question)}" for a in contract.arguments) + ".",
        f"Returns {', '.join(contract.results)}{contract.returns}.",
        *([contract.note] if contract.note else []),
        *([narrowing(question)] if narrowing(question) else []),
    ]
    text = "\n".join(fill(line, WIDTH - 4, subsequent_indent="  ") for line in said)
    body = indent(f"{QUOTES}{text}\n{QUOTES}\nraise NotImplementedError\n", "    ")
    return f"def {question.name}({arguments}):\n{body}"


def _parameter(argument: Argument, question: Question) -> str:
    """The parameter in the signature, with the contract's default if that value is asked."""
    if argument.default is None:
        return argument.name
    asked = question.scope.only(argument.kind.key) or (argument.default,)
    return f"{argument.name}={argument.default if argument.default in asked else asked[0]:g}"


def _shape(argument: Argument, question: Question) -> str:
    if not argument.is_array:
        only = question.scope.only(argument.kind.key)
        return either(only) if only else argument.kind.says
    says = f", {argument.kind.says}" if argument.kind.says else ""
    return _array_shape(argument, question) + says


def _array_shape(argument: Argument, question: Question) -> str:
    if argument.axes == (ANY,):
        return "any shape" if question.scope.rows == "any" else "any 2-D shape"
    axes = [axis.removesuffix("?") for axis in argument.axes]
    full = f"({', '.join(axes)}{',' * (len(axes) == 1)})"
    return f"{full} or ({axes[-1]},)" if argument.axes[0].endswith("?") and question.scope.rows == "any" else full
