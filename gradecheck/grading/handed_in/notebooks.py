"""The code cells of a notebook. No kernel is started, and no output is looked at."""

from __future__ import annotations

import json
import logging
import warnings

from gradecheck.grading.handed_in import magics
from gradecheck.grading.handed_in.names import printable, too_much_code


def cells(text: str, most: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The code cells, and notes about what was skipped. most: characters of code.

    Raises ValueError where there are none to be had, or too much of them.
    """
    try:
        import nbformat
    except ModuleNotFoundError as error:
        msg = "it is a notebook, which needs nbformat; pip install 'gradecheck[notebooks]'"
        raise ValueError(msg) from error
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)  # nbformat tells the terminal what a stranger got wrong
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = nbformat.reads(_bare(text), as_version=4)  # type: ignore[no-untyped-call]  # it has no types
        sources = [(cell.get("cell_type"), cell.get("source")) for cell in notebook.cells]
    except Exception as error:  # nbformat raises whatever its JSON and schema libraries do
        msg = f"it is no notebook that can be read ({type(error).__name__}: {printable(str(error))[:200]})"
        raise ValueError(msg) from error
    if sum(len(source) for kind, source in sources if kind == "code" and isinstance(source, str)) > most:
        raise ValueError(too_much_code(most))
    found: list[str] = []
    notes: list[str] = []
    for number, source in enumerate((source for kind, source in sources if kind == "code"), 1):
        if isinstance(source, str):
            code, skipped = magics.without(source, f"code cell {number}, ")
            notes += skipped
        else:
            code = ""
            notes.append(f"code cell {number} was skipped, it is no text")
        found.append(code)
    if not found:
        raise ValueError("it is a notebook without a code cell, but should hold the functions")
    return tuple(found), tuple(notes)


def _bare(text: str) -> str:
    """The notebook without outputs, which are most of it, and with what a careless program leaves out."""
    document = json.loads(text)
    document.setdefault("metadata", {})
    sheets = document.get("worksheets", [document])  # format 3 and before
    for cell in (cell for sheet in sheets for cell in sheet["cells"]):
        cell.setdefault("metadata", {})
        if cell.get("cell_type") == "code":
            cell["outputs"] = []
    return json.dumps(document)
