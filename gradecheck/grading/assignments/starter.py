"""The file that students fill in: every function asked for, with its formula, its shapes and what holds, no answer."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill, indent
from types import MappingProxyType
from typing import Final

from gradecheck.contract import ANY, Argument
from gradecheck.grading.assignments.assignment import Assignment, Question
from gradecheck.grading.assignments.told import WIDTH, either, held, narrowing

QUOTES: Final = '"' * 3
IMPORT: Final = "import numpy as np"

SCALARS: Final[Mapping[str, str]] = MappingProxyType(
    {"alpha": "a number in [0, 1]", "lr": "a number", "mu": "a number", "steps": "a whole number"}
)

RETURNED: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("mse", "cross_entropy", "softmax_cross_entropy"), ", a number"),
        "linear": " of shape (n, out)",
        "linear_backward": " of the shapes of A, W and b",
        "momentum_step": ", both of w's shape",
        "train": ": W and b after the last step, and losses of shape (steps,)",
    }
)

NOTES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "relu_backward": "The slope at x = 0 is 0.",
        "leaky_relu_backward": "The slope at x = 0 is alpha.",
        "mse_backward": "The gradient with respect to prediction.",
        "cross_entropy_backward": "The gradient with respect to p; 0 where t = 0.",
        "softmax_cross_entropy": "x are logits: the softmax belongs to this function. Rows of t sum to 1.",
        "softmax_cross_entropy_backward": "x are logits. Rows of t sum to 1.",
        "linear": "ι is a column of n ones: b is added to every row.",
        "momentum_step": "v is the velocity after the step before.",
        "train": "The single layer perceptron: linear, softmax, cross entropy, on the whole batch in each step, "
        "with momentum from v = 0. losses[i] is the loss before step i.",
    }
)


def starter(assignment: Assignment, source: str) -> str:
    """The file's text. source: what the assignment was loaded by, for the command that checks the file.

    Where there is an adapter, signatures are the course's own, and so is the file.
    """
    if assignment.starter is not None:
        return assignment.starter.text
    head = f"{QUOTES}{introduction(assignment, source, 'submission.py')}{QUOTES}\n\n{IMPORT}\n"
    return head + "".join(f"\n\n{function(question)}" for question in assignment.questions)


def introduction(assignment: Assignment, source: str, file: str) -> str:
    """What is to be done, and what holds. file: what the student's own is called where the assignment names none."""
    option = "" if source == "lecture03" else f" --assignment {source}"
    lines = [
        assignment.title.replace("\\", "").replace(QUOTES, ""),
        "",
        "Fill in the functions below, in NumPy, and see as often as you like how they do:",
        "",
        f"    gradecheck check {assignment.file or file}{option}",
        "",
        held(assignment),
    ]
    return "\n".join(lines)


def function(question: Question) -> str:
    """A function to be filled in."""
    contract = question.contract
    arguments = ", ".join(_parameter(a, question) for a in contract.arguments)
    returned = RETURNED.get(contract.name, f" of {contract.arguments[0].name}'s shape")
    said = [
        contract.formula,
        "",
        f"{question.points:g} point{'s' * (question.points != 1)}. Slide: {contract.slide}.",
        "; ".join(f"{a.name}: {_shape(a, question)}" for a in contract.arguments) + ".",
        f"Returns {', '.join(contract.results)}{returned}.",
        *([NOTES[contract.name]] if contract.name in NOTES else []),
        *([narrowing(question)] if narrowing(question) else []),
    ]
    text = "\n".join(fill(line, WIDTH - 4, subsequent_indent="  ") for line in said)
    body = indent(f"{QUOTES}{text}\n{QUOTES}\nraise NotImplementedError\n", "    ")
    return f"def {question.name}({arguments}):\n{body}"


def _parameter(argument: Argument, question: Question) -> str:
    """As it stands in the signature: its default is the contract's own, which calls leave out, where that is asked."""
    if argument.default is None:
        return argument.name
    asked = question.scope.only(argument.kind) or (argument.default,)
    return f"{argument.name}={argument.default if argument.default in asked else asked[0]:g}"


def _shape(argument: Argument, question: Question) -> str:
    if not argument.is_array:
        only = question.scope.only(argument.kind)
        return either(only) if only else SCALARS[argument.kind]
    if argument.axes == (ANY,):
        return "any shape" if question.scope.rows == "any" else "any 2-D shape"
    axes = [axis.removesuffix("?") for axis in argument.axes]
    full = f"({', '.join(axes)}{',' * (len(axes) == 1)})"
    return f"{full} or ({axes[-1]},)" if argument.axes[0].endswith("?") and question.scope.rows == "any" else full
