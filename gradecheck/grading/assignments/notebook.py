"""The starter as a notebook: a cell of text with what holds, the imports, and a cell for each function."""

from __future__ import annotations

import json
import re
from typing import Any

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.assignments.starter import IMPORT, function, introduction


def notebook(assignment: Assignment, command: str, last: str = "") -> str:
    """The notebook's text, without any output.    command: as in `starter`.    last: code of a cell at the end."""
    title, _, held = introduction(assignment, command, "submission.ipynb").partition("\n")
    cells = [_cell("markdown", f"# {_plain(title)}\n{_plain(held)}"), _cell("code", IMPORT)]
    cells += [_cell("code", function(question)) for question in assignment.questions]
    cells += [_cell("code", last)] * bool(last)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    document = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _cell(kind: str, text: str) -> dict[str, Any]:
    code: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": text.strip("\n").splitlines(keepends=True), **code}


def _plain(text: str) -> str:
    """The text with Markdown's own signs escaped; indented lines are code, and stay."""
    lines = text.split("\n")
    return "\n".join(line if line.startswith("    ") else re.sub(r"([*_`<])", r"\\\1", line) for line in lines)
