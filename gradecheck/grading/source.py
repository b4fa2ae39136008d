"""A submission as it was read: its code, the files handed in beside it, and the lines that Python cannot read.

Reading makes it (handed_in), a session runs it (jail). Nothing here has been run.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """A file that lies beside the code when it runs. path: relative to the submission's folder, parted by "/"."""

    path: str
    data: bytes


@dataclass(frozen=True)
class Lost:
    """Lines that Python cannot read: they stand as comments in the code that is run, and cost what they define.

    place: as people are told it: "line 8", "lines 8 to 12", "code cell 3, line 2", "layers.py, line 3".
    text: the line that cannot be read.    why: what Python says of it, or what of a newer Python it has.
    needs: the version of Python whose grammar has these lines, such as "3.12"; "" where none that we know has.
    defines: the names that these lines would have defined.
    """

    place: str
    text: str
    why: str
    needs: str = ""
    defines: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Source:
    """What a submission says.

    cells: of its code; a .py is one cell. Every cell is Python that can be read, each line at its own number.
    notes: about how it was read.    file: the name of the file that is marked, as it was handed in.
    beside: every other file that was handed in; a helper module, too, is Python that can be read.
    prose: texts of a notebook's cells that hold no code, each after the cell's name for people.
    look: of the notes those that a person should look at.
    """

    cells: tuple[str, ...]
    notes: tuple[str, ...] = ()
    file: str = "submission.py"
    beside: tuple[File, ...] = ()
    lost: tuple[Lost, ...] = ()
    prose: tuple[tuple[str, str], ...] = ()
    look: tuple[str, ...] = ()
