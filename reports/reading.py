"""A report.json read back: the document, and the records in it that the tables are made from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from gradecheck.compare import Verdict
from gradecheck.parts import (
    Confusion,
    Line,
    Lines,
    Outcome,
    Part,
    Picture,
    Pictures,
    Regions,
    Section,
    Table,
    Text,
)
from reports.document import COMPARISONS, SCHEMA

Document = dict[str, Any]


def read(text: str, name: str) -> Document:
    """The document in that text.

    Raises ValueError where it is none that `gradecheck report` or `gradecheck verify --json` wrote.
    """
    found = _json(text, name, "a report.json")
    if not isinstance(found.get("comparisons"), list):
        msg = f"report: {name} has no comparisons, but should be a report.json"
        raise ValueError(msg)
    if found.get("schema") != COMPARISONS:
        was = f"is of schema {found.get('schema')}, but should be of schema {COMPARISONS}"
        msg = f"report: {name} {was}: another version of gradecheck wrote it; make it again with this one"
        raise ValueError(msg)
    found.setdefault("passes", all(Verdict(c["verdict"]).passes for c in found["comparisons"]))
    return found


def peers(text: str, name: str) -> Document:
    """The document in that text. Raises ValueError where it is none that `python -m gradecheck.peers` wrote."""
    found = _json(text, name, "a peers.json")
    if found.get("schema") != SCHEMA or "matrix" not in found:
        msg = f"report: {name} has no matrix of schema {SCHEMA}, but should be a peers.json; make it again: make peers"
        raise ValueError(msg)
    return found


def mutants(text: str, name: str) -> Document:
    """The document in that text. Raises ValueError where it is none that `make mutants` wrote."""
    found = _json(text, name, "a mutants.json or mutations.json")
    tables = found.get("tables")
    if found.get("schema") != SCHEMA or not isinstance(tables, list) or not all(map(_is_table, tables)):
        msg = f"report: {name} has no tables of schema {SCHEMA}, but should be what make mutants writes; make it again"
        raise ValueError(msg)
    return found


def _is_table(told: Any) -> bool:
    match told:
        case {"caption": str(), "headers": list(headers), "rows": list(rows), "long": bool()}:
            return all(isinstance(row, list) and len(row) == len(headers) for row in rows)
    return False


def _json(text: str, name: str, wanted: str) -> Document:
    try:
        found = json.loads(text)
    except ValueError as error:
        msg = f"report: {name} is no JSON ({error}), but should be {wanted}"
        raise ValueError(msg) from error
    return found if isinstance(found, dict) else {}


def distances(document: Document) -> dict[str, dict[str, list[tuple[str, float, float]]]]:
    """Regime and worst ulp of both sides from the truth, by dtype and function."""
    found: dict[str, dict[str, list[tuple[str, float, float]]]] = {}
    for sheet in document["sheets"]:
        for dtype, rows in sheet.get("distances", {}).items():
            sides = [(d["regime"], float(d["implementation_ulp"]), float(d["reference_ulp"])) for d in rows]
            if sides:
                found.setdefault(dtype, {})[sheet["name"]] = sides
    return found


# -- sections of a pack


def section(record: Document) -> Section:
    return Section(
        title=str(record["title"]),
        parts=tuple(map(_part, record["parts"])),
        outcomes=tuple(
            Outcome(str(o["what"]), str(o["dtype"]), float(o["worst_ratio"]), Verdict(o["verdict"]))
            for o in record["outcomes"]
        ),
        folded=bool(record["folded"]),
    )


def _part(record: Document) -> Part:
    """Raises KeyError for a kind of part that there is none of."""
    return _PARTS[record["kind"]](record)


def _text(record: Document) -> Text:
    return Text(_words(record["lines"]))


def _table(record: Document) -> Table:
    rows = tuple(map(_words, record["rows"]))
    return Table(str(record["caption"]), _words(record["headers"]), rows, bool(record["folded"]))


def _lines(record: Document) -> Lines:
    limit = record["limit"]
    return Lines(
        caption=str(record["caption"]),
        x_name=str(record["x_name"]),
        y_name=str(record["y_name"]),
        lines=tuple(
            Line(str(line["name"]), _numbers(line["y"]), int(line["colour"]), line["style"], bool(line["wide"]))
            for line in record["lines"]
        ),
        x=_numbers(record["x"]),
        log=bool(record["log"]),
        limit=None if limit is None else float(limit),
    )


def _regions(record: Document) -> Regions:
    return Regions(
        caption=str(record["caption"]),
        x_name=str(record["x_name"]),
        y_name=str(record["y_name"]),
        x=_numbers(record["x"]),
        y=_numbers(record["y"]),
        margins=tuple(map(_numbers, record["margins"])),
        reference_margins=tuple(map(_numbers, record["reference_margins"])),
        points=tuple((float(x), float(y)) for x, y in record["points"]),
        labels=tuple(map(int, record["labels"])),
    )


def _confusion(record: Document) -> Confusion:
    counts = tuple(tuple(map(int, row)) for row in record["counts"])
    return Confusion(str(record["caption"]), str(record["what"]), _words(record["classes"]), counts)


def _pictures(record: Document) -> Pictures:
    found = (
        Picture(tuple(map(_numbers, p["pixels"])), str(p["said"]), str(p["note"])) for p in record["pictures"]
    )
    return Pictures(str(record["caption"]), tuple(found))


_PARTS: Final[Mapping[str, Callable[[Document], Part]]] = MappingProxyType(
    {
        "text": _text,
        "table": _table,
        "lines": _lines,
        "regions": _regions,
        "confusion": _confusion,
        "pictures": _pictures,
        "section": section,
    }
)


def _numbers(values: Any) -> tuple[float, ...]:
    return tuple(map(float, values))


def _words(values: Any) -> tuple[str, ...]:
    return tuple(map(str, values))
