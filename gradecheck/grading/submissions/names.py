"""Strangers' names made harmless: texts that can be printed anywhere, and names of files without a folder."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from typing import Final

LONGEST: Final = 60
ONE_FOLDER: Final = 1000  # submissions whose feedback is in one folder
RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")  # names that Windows reserves


def printable(text: str) -> str:
    r"""The text on one line, without anything that a terminal would obey: a line break stands as \n."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def excerpt(line: str) -> str:
    """The beginning of a line of code, for a message."""
    said = printable(line.strip())
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}..."


def readable(name: str) -> str:
    r"""A file's name as a text; bytes that are no UTF-8 stand as \xff."""
    return os.fsencode(name).decode(errors="backslashreplace")


def safe_name(name: str) -> str:
    """A file name for a submission: ASCII, short, without a folder, and different for every name.

    A plain lower-case name stays as it is. Every other one gets "~", which no plain name has, and a digest, so that no
    two are the same, even where the system ignores case.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._]+", "-", plain).strip("-._")[:LONGEST]
    if plain and plain == name and plain == plain.lower() and not RESERVED.fullmatch(plain):
        return plain
    digest = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:16]
    return f"{plain or 'submission'}~{digest}"


def feedback_name(name: str, of: int) -> str:
    """Where the feedback for a submission is in its folder, without a suffix.    of: how many submissions there are.

    Of many, those whose digest begins alike have one of 16 folders: most file managers are slow with more in one, and
    a file system is slow with more folders.
    """
    if of <= ONE_FOLDER:
        return safe_name(name)
    return f"{hashlib.sha256(name.encode(errors='surrogatepass')).hexdigest()[0]}/{safe_name(name)}"


def line_told(cell: int | None, line: int) -> str:
    """The number of a line for people. cell: from 0; None where there is only one."""
    return f"line {line}" if cell is None else f"code cell {cell + 1}, line {line}"


def too_much_code(most: int) -> str:
    return f"it has more than {most >> 10} KiB of code, but should have at most that; keep data in a file of its own"
