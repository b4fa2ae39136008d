"""Tables and sentences for a terminal: at its width, and in colour, which `click.echo` removes elsewhere."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from textwrap import fill, wrap
from types import MappingProxyType
from typing import IO, Any, Final

import click

from reports.tones import SIGNS, Tone

BETWEEN: Final = "  "  # two columns
COLOURS: Final[Mapping[Tone, str]] = MappingProxyType({"good": "green", "fair": "yellow", "bad": "red"})


def toned(text: str, tone: Tone) -> str:
    return click.style(text, fg=COLOURS[tone])


def paragraph(text: str, indent: str = "", further: str | None = None, file: IO[Any] | None = None) -> str:
    """The text in lines of the terminal's width; on one line where it goes to a file or another program.

    further: the indent of all lines but the first.  file: where it goes, if not to stdout.
    """
    if not (file or sys.stdout).isatty():
        return indent + text
    return fill(
        text,
        shutil.get_terminal_size().columns,
        initial_indent=indent,
        subsequent_indent=indent if further is None else further,
        break_long_words=False,
        break_on_hyphens=False,
    )


def labelled(text: str) -> str:
    """A line, and labelled lines below it; each is wrapped beside its label."""
    first, *others = text.split("\n")
    lines = [paragraph(first, further="  ")]
    for line in others:
        label = re.match(r" +(\S+  +)?", line)
        indent = label[0] if label else ""
        lines.append(paragraph(line.removeprefix(indent), indent, " " * len(indent)))
    return "\n".join(lines)


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table no wider than the terminal, or than 80 columns: long cells are wrapped.

    Columns that do not fit side by side go into further tables below, each of which begins with the first column.
    """
    room = shutil.get_terminal_size().columns
    columns = [_Column(header, [row[i] for row in rows]) for i, header in enumerate(headers)]
    return "\n\n".join("\n".join(_lines(part, room)) for part in _parts(columns, room))


@dataclass(frozen=True)
class _Column:
    header: str
    cells: Sequence[str]

    @cached_property
    def whole(self) -> int:
        """Its width where nothing is wrapped."""
        return max(*map(_longest_line, (self.header, *self.cells)), 1)

    @cached_property
    def likely(self) -> int:
        """Its width where only the header is wrapped."""
        return max(_longest_word(self.header), *map(_longest_line, self.cells), 1)

    @cached_property
    def least(self) -> int:
        """Its width where no word is broken."""
        return max(*map(_longest_word, (self.header, *self.cells)), 1)


def _longest_line(cell: str) -> int:
    return max(map(len, cell.split("\n")))


def _longest_word(cell: str) -> int:
    return max(map(len, cell.split()), default=0)


def _parts(columns: Sequence[_Column], room: int) -> Iterator[list[_Column]]:
    """Columns that fit side by side, each part beginning with the first."""
    first, *others = columns
    part = [first]
    for column in others:
        if len(part) > 1 and sum(c.least + len(BETWEEN) for c in part) + column.least > room:
            yield part
            part = [first]
        part.append(column)
    yield part


def _widths(columns: Sequence[_Column], room: int) -> list[int]:
    """The width of each column: headers are wrapped first, then the widest cells, between words where possible."""
    if sum(column.whole for column in columns) <= room:
        return [column.whole for column in columns]
    bounds = [(column.least, column.likely) for column in columns]
    if sum(least for least, _ in bounds) > room:
        bounds = [(1, least) for least, _ in bounds]
    levels = ([min(max(least, level), most) for least, most in bounds] for level in range(room, 0, -1))
    return next((widths for widths in levels if sum(widths) <= room), [1] * len(columns))


def _lines(columns: Sequence[_Column], room: int) -> Iterator[str]:
    widths = _widths(columns, room - len(BETWEEN) * (len(columns) - 1))
    header, *rows = zip(*([column.header, *column.cells] for column in columns), strict=True)
    yield from map(click.unstyle, _row(header, widths))
    yield BETWEEN.join("-" * width for width in widths)
    for row in rows:
        yield from _row(row, widths)


def _row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """A row, in as many lines as its longest cell; verdicts are coloured."""
    wrapped = [
        [part for line in cell.split("\n") for part in wrap(line, width, break_on_hyphens=False) or [""]]
        for cell, width in zip(cells, widths, strict=True)
    ]
    for line in zip_longest(*wrapped, fillvalue=""):
        padded = [part.ljust(width) for part, width in zip(line, widths, strict=True)]
        padded[-1] = padded[-1].rstrip()
        yield BETWEEN.join(
            toned(part, SIGNS[cell][1]) if cell in SIGNS else part for part, cell in zip(padded, cells, strict=True)
        ).rstrip()
