"""Python code that runs one case again on both sides."""

from __future__ import annotations

from textwrap import fill
from typing import Final

import numpy as np

from gradecheck.cases.case import Case
from gradecheck.numbers.literals import literal
from gradecheck.packs.contract import ANY, Contract
from gradecheck.verifying.implementation import Implementation
from gradecheck.verifying.records import WorstCase
from gradecheck.verifying.wording import array

MOST_ELEMENTS: Final = 64
PLAIN_LAYOUTS: Final = ("C", "read-only")
"""Other layouts change the order in which BLAS sums, and so the last bits."""


def _arguments(case: Case) -> list[str]:
    size = sum(np.size(x) for x in case.arguments)
    if case.recipe is not None and (size > MOST_ELEMENTS or case.recipe.layout not in PLAIN_LAYOUTS):
        recipe = f"Recipe(\n    {', '.join(f'{k}={v!r}' for k, v in vars(case.recipe).items())},\n)"
        return [f"arguments = fill(contract, {recipe}).arguments"]
    return ["arguments = (", *(_lines(f"{literal(x)},") for x in case.arguments), ")"]


def _lines(text: str) -> str:
    return fill(text, 100, initial_indent=" " * 4, subsequent_indent=" " * 8, break_long_words=False)


def made_of(worst: WorstCase, contract: Contract) -> str:
    """The inputs of the worst number, where each is one number or one row of an argument; else ""."""
    element = worst.comparison.worst
    if element is None or not element.index:
        return ""
    said = []
    for argument, x in zip(contract.arguments, worst.case.arguments, strict=True):
        if not isinstance(x, np.ndarray):
            said.append(f"{argument.name} = {x!r}")
            continue
        by_rows = len(argument.axes) == 2 and argument.axes[0].endswith("?")  # it can be called with one row
        if not (argument.axes == (ANY,) or by_rows) or x.ndim != len(element.index):
            return ""
        place = element.index if argument.axes == (ANY,) else element.index[:-1]
        index = f"[{', '.join(map(str, place))}]" if place else ""
        said.append(f"{argument.name}{index} = {array(np.asarray(x[place])) if place else array(x)}")
    return "; ".join(said)


def repro(worst: WorstCase, implementation: Implementation, results: tuple[str, ...], device: str = "cpu") -> str:
    """Python code that runs the worst case and prints its worst number, as each side computes it."""
    case = worst.case
    arguments = _arguments(case)
    drawn = any("Recipe(" in line for line in arguments)
    file = "None" if implementation.path is None else f"Path({str(implementation.path)!r})"
    lines = ["from pathlib import Path"] if implementation.path is not None else []
    lines += ["import numpy as np", "from gradecheck.packs import registry"]
    lines.append("from gradecheck.verifying.implementation import load")
    if drawn:
        lines += ["from gradecheck.cases.inputs import fill", "from gradecheck.verifying.records import Recipe"]
    lines += [
        "from gradecheck.verifying.tensors import run_reference",
        "",
        f"pack = registry.find({implementation.pack.address!r})",
        f"contract = pack.contracts[{case.contract!r}]",
        *arguments,
        f"expected = run_reference(contract, arguments, {device!r})",
        f"actual = load(pack, {file}).functions[contract.name](*arguments)",
    ]
    element = worst.comparison.worst
    if element is None:
        return "\n".join([*lines, "print(actual, expected)"])
    i = results.index(element.result)
    mine = "actual" if len(results) == 1 else f"actual[{i}]"
    place = ", ".join(map(str, element.index)) or "()"
    return "\n".join([*lines, f"print(float(np.asarray({mine})[{place}]), float(expected[{i}][{place}]))"])
