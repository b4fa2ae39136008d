"""One file of code: its cells as Python that can be read, and what it binds at its top level."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final

from gradecheck.grading.defined import definitions, holds_code, is_stub
from gradecheck.grading.source import File, Lost
from gradecheck.grading.submissions import refused
from gradecheck.grading.submissions.carried import UnreadableError, is_code
from gradecheck.grading.submissions.names import printable, too_much_code
from gradecheck.grading.submissions.syntax import is_plain
from gradecheck.grading.submissions.texts import decode

DEFINITION: Final = re.compile(r"^(?:def|import|from) \w", re.MULTILINE)
PLAIN: Final = ("", ".txt", ".text", ".json")
MOST_CODE: Final = 512 << 10  # characters: the parser takes up to a thousand times as many bytes


@dataclass(frozen=True)
class Written:
    """A file that a cell writes.    more: appended to what is there."""

    name: str
    text: str
    more: bool = False


@dataclass(frozen=True)
class Code:
    """cells, notes, lost, prose, look: as of a Source.   written: files that cells write."""

    cells: tuple[str, ...]
    notes: tuple[str, ...] = ()
    lost: tuple[Lost, ...] = ()
    prose: tuple[tuple[str, str], ...] = ()
    written: tuple[Written, ...] = ()
    encoding: str = "utf-8"
    look: tuple[str, ...] = ()

    @cached_property
    def statements(self) -> tuple[ast.stmt, ...]:
        return tuple(statement for cell in self.cells for statement in ast.parse(cell).body)

    @property
    def is_empty(self) -> bool:
        if self.lost or self.written or any(map(_seems_code, self.cells)):
            return False
        return not holds_code(self.statements)

    @cached_property
    def bound(self) -> frozenset[str]:
        """The names that it binds at its top level, without functions that are still to be written."""
        return frozenset(name for name, statement in definitions(self.statements) if not is_stub(statement))

    def imports(self) -> Iterator[ast.Import | ast.ImportFrom]:
        """All imports, also those in functions."""
        for statement in self.statements:
            yield from (node for node in ast.walk(statement) if isinstance(node, ast.Import | ast.ImportFrom))


def _seems_code(cell: str) -> bool:
    """Whether it obviously holds code, as nearly every file does: then it need not be parsed."""
    found = DEFINITION.search(cell)
    return found is not None and not any(cell.count(quotes, 0, found.start()) % 2 for quotes in ('"""', "'''"))


def is_notebook(text: str) -> bool:
    """Whether a text is a notebook, whatever its name; no Python file begins like one."""
    return text.lstrip()[:1] == "{" and '"cells"' in text and '"nbformat"' in text


def read(data: bytes, path: str = "", where: str = "") -> Code:
    """A file of code, in whatever encoding, be it a notebook or not.

    path: what it is called.   where: what a place in it is told to begin with. Raises ValueError with a reason.
    """
    text = decode(data)
    notes = (text.note,) if text.note else ()
    called = ".ipynb" in path.lower() and text.text.lstrip()[:1] in ("", "{", "[")
    if called or is_notebook(text.text):
        from gradecheck.grading.submissions import notebooks

        found = notebooks.read(text.text, MOST_CODE)
        return Code(found.cells, (*notes, *found.notes), found.lost, found.prose, found.written, look=found.look)
    if len(text.text) > MOST_CODE:
        raise ValueError(too_much_code(MOST_CODE))
    if is_plain(text.text):
        return Code((text.text,), notes, encoding=text.encoding)
    from gradecheck.grading.submissions.recovering import recovered

    code = recovered(text.text, where)
    return Code((code.code,), (*notes, *code.notes), code.lost, encoding=text.encoding, look=code.look)


def read_file(file: File, where: str = "") -> Code:
    """where: what a place in it is told to begin with. Raises UnreadableError."""
    refused.check(file)
    try:
        return read(file.data, file.path, where)
    except ValueError as error:
        raise UnreadableError(str(error)) from error


def holds(file: File, asked: Collection[str]) -> bool:
    """Whether a file that is not called code is a notebook, or defines what is asked."""
    if PurePosixPath(file.path).suffix.lower() not in PLAIN or is_code(file.path):
        return False
    try:
        text = decode(file.data).text
    except ValueError:
        return False
    names = "|".join(map(re.escape, asked))
    defines = len(text) <= MOST_CODE and names and re.search(rf"^[ \t]*def[ \t]+(?:{names})\b", text, re.MULTILINE)
    return is_notebook(text) or bool(defines)


def called(path: str) -> tuple[str, ...]:
    """A note where a file of code is called otherwise."""
    name = PurePosixPath(path).name
    known = name.lower().endswith((".py", ".ipynb"))
    return () if known else (f"{printable(name)} was read as code; call it .py or .ipynb",)
