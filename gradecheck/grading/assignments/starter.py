"""The file that students fill in: every function asked for, with its formula, its shapes and what holds, no answer."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill, indent
from types import MappingProxyType
from typing import Final

from gradecheck.contract import ANY, Argument
from gradecheck.grading.assignments.assignment import Assignment, Question

WIDTH: Final = 112
QUOTES: Final = '"' * 3
IMPORT: Final = "import numpy as np"

HELD: Final = """\
What holds, where the slides leave it open, or where the slides and this page differ:

- Arrays are float64 or float32, and a result has the dtype of the arguments. No function changes an argument.
- Arguments come by position, so their names are yours. Scalars (alpha, lr, mu, steps) are Python numbers.
- n is the number of rows (the batch), in and out are numbers of features, k is the number of classes.
- grad is the gradient ∂L/∂(output) from above, of the output's shape. A *_backward returns the gradient with
  respect to the input, of the input's shape.
- A 1-D x or p is one row. n = 1, k = 1, in = 1 and out = 1 are asked; empty and 0-d arrays are not.
- Logarithms are natural, and 0 log 0 counts as 0. p = 0 where t > 0 is not asked. Targets may be soft.
- A loss is a mean over the rows; mse is a mean over all elements.
- A loss may come back as a float, a NumPy number or a 0-d array; several results as a tuple or a list.
- Numbers may be large: what should be finite has to be. Warnings and prints cost nothing.
"""

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
    """The file's text. source: what the assignment was loaded by, for the command that checks the file."""
    head = f"{QUOTES}{introduction(assignment, source, 'submission.py')}{QUOTES}\n\n{IMPORT}\n"
    return head + "".join(f"\n\n{function(question)}" for question in assignment.questions)


def introduction(assignment: Assignment, source: str, file: str) -> str:
    """What is to be done, and what holds. file: what the student's own is called where the assignment names none."""
    option = "" if source == "lecture03" else f" --assignment {source}"
    allowed = assignment.allowed_imports
    imports = "" if allowed is None else f"- Allowed imports: {', '.join(allowed) or 'none'}.\n"
    lines = [
        assignment.title.replace("\\", "").replace(QUOTES, ""),
        "",
        "Fill in the functions below, in NumPy, and see as often as you like how they do:",
        "",
        f"    gradecheck check {assignment.file or file}{option}",
        "",
        f"{HELD}{imports}",
    ]
    return "\n".join(lines)


def function(question: Question) -> str:
    """A function to be filled in."""
    contract = question.contract
    arguments = ", ".join(f"{a.name}=0.01" if a.kind == "alpha" else a.name for a in contract.arguments)
    returned = RETURNED.get(contract.name, f" of {contract.arguments[0].name}'s shape")
    said = [
        contract.formula,
        "",
        f"{question.points:g} point{'s' * (question.points != 1)}. Slide: {contract.slide}.",
        "; ".join(f"{a.name}: {_shape(a)}" for a in contract.arguments) + ".",
        f"Returns {', '.join(contract.results)}{returned}.",
        *([NOTES[contract.name]] if contract.name in NOTES else []),
    ]
    text = "\n".join(fill(line, WIDTH - 4, subsequent_indent="  ") for line in said)
    body = indent(f"{QUOTES}{text}\n{QUOTES}\nraise NotImplementedError\n", "    ")
    return f"def {question.name}({arguments}):\n{body}"


def _shape(argument: Argument) -> str:
    if not argument.is_array:
        return SCALARS[argument.kind]
    if argument.axes == (ANY,):
        return "any shape"
    axes = [axis.removesuffix("?") for axis in argument.axes]
    full = f"({', '.join(axes)}{',' * (len(axes) == 1)})"
    return f"{full} or ({axes[-1]},)" if len(axes) > 1 and argument.axes[0].endswith("?") else full
