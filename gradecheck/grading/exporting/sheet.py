"""A teacher's CSV file, cell by cell, so that some are filled in and no other byte changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final

MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"", "utf-8"))
"""What a file begins with, and the encoding that follows; without one, and where it is no UTF-8, it is Latin-1."""
DELIMITERS: Final = ",;\t"
QUOTED: Final = re.compile(r'"(?:[^"]|"")*"')
BREAK: Final = re.compile(r"\r\n|\r|\n")
END: Final = re.compile(rf"{BREAK.pattern}|\Z")


@dataclass(frozen=True)
class Cell:
    """text: without quotes.    start, end: of the cell in the file's text, with them."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Sheet:
    """name: of the file.    mark: of its encoding.    lines: without empty ones; the first one has the headers."""

    name: str
    text: str
    mark: bytes
    encoding: str
    delimiter: str
    lines: tuple[tuple[Cell, ...], ...]

    @property
    def headers(self) -> list[str]:
        return [cell.text.strip() for cell in self.lines[0]]

    def cell(self, line: int, column: int) -> str:
        """The text of a cell, "" where the line is shorter."""
        cells = self.lines[line]
        return cells[column].text.strip() if column < len(cells) else ""

    def numbers(self) -> list[int]:
        """The number of each line in the file, where empty ones count, too."""
        starts = [0, *(cells[0].start for cells in self.lines)]
        return list(accumulate((len(BREAK.findall(self.text, *pair)) for pair in pairwise(starts)), initial=1))[1:]

    def row(self, line: int) -> list[str]:
        return [cell.text for cell in self.lines[line]]

    def filled(self, texts: Mapping[tuple[int, int], str]) -> bytes:
        """The file with other texts in some cells, which are quoted as they were, or where they have to be."""
        pieces, done = [], 0
        for line, column in sorted(texts):
            cell, text = self.lines[line][column], texts[line, column]
            quoted = self.text[cell.start : cell.end].startswith('"')
            if quoted or re.search(f'[{self.delimiter}"\r\n]', text) or text != text.strip():
                text = '"' + text.replace('"', '""') + '"'
            pieces += [self.text[done : cell.start], text]
            done = cell.end
        return self.mark + "".join([*pieces, self.text[done:]]).encode(self.encoding)


def read(path: Path) -> Sheet:
    """The CSV file at a path. Raises ValueError where it is none."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read ({error.strerror}); name another file") from error
    mark, encoding = next(pair for pair in MARKS if data.startswith(pair[0]))
    data = data[len(mark) :]
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        encoding = "latin-1"  # every byte is a character, which is given back as that byte
        text = data.decode(encoding)
    first = re.split("[\r\n]", QUOTED.sub("", text.lstrip("\r\n")), maxsplit=1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    lines = None if "\0" in text else _lines(text, delimiter)
    if not lines or len(lines[0]) < 2:
        raise ValueError(f"{path.name} is no CSV file with headers, but should be as the platform gives it out")
    return Sheet(path.name, text, mark, encoding, delimiter, tuple(lines))


def _lines(text: str, delimiter: str) -> list[tuple[Cell, ...]] | None:
    """The lines that are not empty; None where a quote is not closed, or not at the end of its cell."""
    plain = re.compile(f"[^{delimiter}\r\n]*")
    lines: list[tuple[Cell, ...]] = []
    cells: list[Cell] = []
    place = 0
    while place < len(text):
        quoted = text[place] == '"'
        found = (QUOTED if quoted else plain).match(text, place)
        if found is None:
            return None
        said = found[0][1:-1].replace('""', '"') if quoted else found[0]
        cells.append(Cell(said, place, found.end()))
        place = found.end()
        if text[place : place + 1] == delimiter:
            place += 1
            if place < len(text):
                continue
            cells.append(Cell("", place, place))
        ended = END.match(text, place)
        if ended is None:
            return None
        if any(cell.text.strip() for cell in cells):
            lines.append(tuple(cells))
        cells, place = [], ended.end()
    return lines
