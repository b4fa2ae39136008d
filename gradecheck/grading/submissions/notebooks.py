"""The cells of a notebook: code, text, files that a cell writes. No kernel is started, and outputs are ignored."""

from __future__ import annotations

import json
import re
import warnings
from typing import Any, Final

from gradecheck.grading.source import Lost
from gradecheck.grading.submissions.code import Code, Written
from gradecheck.grading.submissions.names import printable, too_much_code
from gradecheck.grading.submissions.recovering import recovered
from gradecheck.grading.submissions.texts import lines

WRITES: Final = re.compile(r"\s*%%(?:writefile|file)[ \t]+(?P<more>(?:-a|--append)[ \t]+)?(?P<name>[^\n]+)\n?")


def read(text: str, most: int) -> Code:
    """The cells. most: characters of code. Raises ValueError where there are none, or too much code."""
    if not text.strip():
        return Code(())
    cells = _cells(text)
    if sum(len(source) for kind, source in cells if kind == "code" and isinstance(source, str)) > most:
        raise ValueError(too_much_code(most))
    code: list[str] = []
    notes: list[str] = []
    lost: list[Lost] = []
    look: list[str] = []
    prose: list[tuple[str, str]] = []
    written: list[Written] = []
    for kind, source in cells:
        where = f"code cell {len(code) + 1}"
        if kind != "code":
            place = f"the text cell after {f'code cell {len(code)}' if code else 'the top'}"
            prose += [(place, source)] if isinstance(source, str) else []
            continue
        if not isinstance(source, str):
            notes.append(f"{where} was skipped, it is no text")
            source = ""
        source = lines(source)
        if (found := WRITES.match(source)) is not None:
            name = found["name"].strip().strip("\"'")
            written.append(Written(name, source[found.end() :], bool(found["more"])))
            notes.append(f"{where} writes {printable(name)}")
            source = "\n".join(f"# {line}" for line in source.split("\n"))
        cell = recovered(source, f"{where}, ")
        code.append(cell.code)
        notes += cell.notes
        lost += cell.lost
        look += cell.look
    return Code(tuple(code), tuple(notes), tuple(lost), tuple(prose), tuple(written), look=tuple(look))


def _cells(text: str) -> list[tuple[Any, Any]]:
    """Kind and source of each."""
    import logging

    try:
        import nbformat
    except ModuleNotFoundError:
        return _plain_cells(text)
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)  # nbformat prints errors of the notebook
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = nbformat.reads(_bare(text), as_version=4)  # type: ignore[no-untyped-call]  # it has no types
        return [(cell.get("cell_type"), cell.get("source")) for cell in notebook.cells]
    except Exception as error:  # nbformat raises any exception of its JSON and schema libraries
        msg = f"it is no notebook that can be read ({type(error).__name__}: {printable(str(error))[:200]})"
        raise ValueError(msg) from error


def _plain_cells(text: str) -> list[tuple[Any, Any]]:
    """The same without nbformat, of the format that every program writes today."""
    try:
        document = json.loads(text)
        if document["nbformat"] == 4:
            return [(cell.get("cell_type"), _joined(cell.get("source"))) for cell in document["cells"]]
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        msg = f"it is no notebook that can be read ({type(error).__name__}: {printable(str(error))[:200]})"
        raise ValueError(msg) from error
    raise ValueError("it is a notebook of another format than 4, which needs nbformat; pip install nbformat")


def _joined(source: Any) -> Any:
    """A text, which may stand there as a list of its lines."""
    return "".join(source) if isinstance(source, list) else source


def _bare(text: str) -> str:
    """The notebook without outputs, which are most of it, and with fields that a careless program left out."""
    document = json.loads(text)
    document.setdefault("metadata", {})
    sheets = document.get("worksheets", [document])  # format 3 and before
    for cell in (cell for sheet in sheets for cell in sheet["cells"]):
        cell.setdefault("metadata", {})
        if cell.get("cell_type") == "code":
            cell["outputs"] = []
    return json.dumps(document)
