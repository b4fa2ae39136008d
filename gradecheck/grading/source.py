"""A submission as it was read: its code, the files handed in beside it, and the lines that Python cannot read.

submissions/ reads it, jail/ runs it. Nothing here has been run.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """A file beside the code when it runs. path: relative to the submission's folder, with "/"."""

    path: str
    data: bytes


@dataclass(frozen=True)
class Lost:
    """Lines that Python cannot read: they are comments in the code that is run, and what they define is missing.

    place: for people: "line 8", "lines 8 to 12", "code cell 3, line 2", "layers.py, line 3".
    text: the line that cannot be read.    why: Python's message, or the feature of a newer Python in it.
    needs: the version of Python that can read these lines, such as "3.12"; "" where we know none.
    defines: the names that these lines would have defined.
    """

    place: str
    text: str
    why: str
    needs: str = ""
    defines: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Place:
    """A statement at the top level of a cell, or of a file beside the cells.

    cell: from 0.    file: a path beside the cells; "" for a cell.    statement: its number in that code, from 0.
    """

    cell: int
    file: str
    statement: int


@dataclass(frozen=True)
class Source:
    """The text of a submission.

    cells: of its code; a .py is one cell. Python can read every cell, and each line keeps its number.
    notes: about how it was read.    file: the name of the file that is marked, as it was handed in.
    beside: every other file that was handed in; Python can read its helper modules.
    prose: a notebook's cells without code: the cell's name for people, and its text.
    look: the notes that a person should look at.
    """

    cells: tuple[str, ...]
    notes: tuple[str, ...] = ()
    file: str = "submission.py"
    beside: tuple[File, ...] = ()
    lost: tuple[Lost, ...] = ()
    prose: tuple[tuple[str, str], ...] = ()
    look: tuple[str, ...] = ()
