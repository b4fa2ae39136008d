"""A pack's sections on a terminal, in Markdown, and as data for a page's template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from gradecheck.reporting.parts import Confusion, Lines, Part, Picture, Pictures, Regions, Section, Table, Text
from reports import plots, screen, tables


def terminal(section: Section) -> Iterator[str]:
    """Its own texts and tables, without those of the sections in it."""
    for part in section.parts:
        match part:
            case Text(lines):
                yield "\n".join(map(screen.paragraph, lines))
            case Table():
                yield printed(part).terminal()


def markdown(section: Section, level: int = 2) -> Iterator[str]:
    """Its texts and tables, and those of the sections in it; pictures are only on the page."""
    yield f"{'#' * level} {section.title}"
    for part in section.parts:
        match part:
            case Section():
                yield from markdown(part, level + 1)
            case Text((line,)):
                yield line
            case Text(lines):
                yield "\n".join(f"- {line}" for line in lines)
            case Table():
                yield f"{part.caption}:"
                yield printed(part).markdown()


def printed(table: Table) -> tables.Table:
    return tables.Table(table.headers, table.rows)


# -- on a page


def laid_out(section: Section, name: str) -> dict[str, Any]:
    """The section for the template. name: prefix of the ids of its plots."""
    verdict = section.verdict
    return {
        "id": name,
        "title": section.title,
        "verdict": None if verdict is None else str(verdict),
        "open": not section.folded or (verdict is not None and not verdict.passes),
        "blocks": list(_blocks(section.parts, name)),
    }


def _blocks(parts: Sequence[Part], name: str) -> Iterator[tuple[str, Any]]:
    """Each part with its kind; neighbouring plots are put side by side, and so are parts about classes."""
    for kind, found in groupby(enumerate(parts), key=lambda numbered: _side_by_side(numbered[1])):
        drawn = [_block(part, f"{name}-{i}") for i, part in found]
        if kind is None:
            yield from drawn
        else:
            yield kind, [block for _, block in drawn] if kind == "plots" else drawn


def _side_by_side(part: Part) -> str | None:
    match part:
        case Lines() | Regions():
            return "plots"
        case Confusion() | Pictures():
            return "classes"
    return None


def _block(part: Part, name: str) -> tuple[str, Any]:
    match part:
        case Lines():
            return part.kind, plots.lines(part, name)
        case Regions():
            return part.kind, plots.regions(part, name)
        case Section():
            return part.kind, laid_out(part, name)
        case Pictures():
            return part.kind, {"caption": part.caption, "pictures": [(picture(p), p) for p in part.pictures]}
        case Table():
            wordy = any(len(cell) > WORDY for row in part.rows for cell in row)
            return part.kind, {"part": part, "table": printed(part), "look": "wide prose" if wordy else "wide"}
    return part.kind, part


WORDY = 40
"""From so many letters in a cell on, columns are only as wide as their words."""


def picture(shown: Picture) -> str:
    """Grey values as a small picture: dark on white in every colour scheme."""
    squares = "".join(
        f'<rect x="{x}" y="{y}" width="1" height="1" fill="rgb({shade},{shade},{shade})"/>'
        for y, row in enumerate(shown.pixels)
        for x, grey in enumerate(row)
        if (shade := round(255 * (1 - min(1.0, max(0.0, grey))))) < 255
    )
    size = f"{max(map(len, shown.pixels), default=0)} {len(shown.pixels)}"
    return f'<svg viewBox="0 0 {size}" shape-rendering="crispEdges" aria-hidden="true">{squares}</svg>'
