"""A report.json read back: the document, and the records in it that the tables are made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import MappingProxyType, UnionType
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from gradecheck.numbers.compare import Verdict
from gradecheck.reporting.parts import Part, Section
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
    return _tables(text, name, "a mutants.json or mutations.json", "mutants")


def operators(text: str, name: str) -> Document:
    """The document in that text. Raises ValueError where it is none that `make operators` wrote."""
    return _tables(text, name, "an operators.json", "operators")


def _tables(text: str, name: str, what: str, target: str) -> Document:
    found = _json(text, name, what)
    tables = found.get("tables")
    if found.get("schema") != SCHEMA or not isinstance(tables, list) or not all(map(_is_table, tables)):
        msg = f"report: {name} has no tables of schema {SCHEMA}, but should be what make {target} writes; make it again"
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
    """The section that was written. Raises ValueError, KeyError or TypeError for what is none."""
    found: Section = _value(Section, record)
    return found


_KINDS: Final[Mapping[str, Any]] = MappingProxyType({kind.kind: kind for kind in get_args(Part)})


def _value(kind: Any, data: Any) -> Any:
    """The value of that type: a record, a tuple, or what a record of parts may hold else."""
    if kind == Part:
        kind = _KINDS[data["kind"]]
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**{name: _value(hint, data[name]) for name, hint in _fields(kind)})
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple and arguments[0] in (float, int, str):
        return tuple(map(arguments[0], data))
    if origin is tuple:
        return tuple([_value(arguments[0], x) for x in data])
    if origin is Literal:
        return arguments[arguments.index(data)]
    if origin is UnionType:
        return None if data is None else _value(arguments[0], data)
    return kind(data)


@cache
def _fields(kind: Any) -> list[tuple[str, Any]]:
    hints = get_type_hints(kind)
    return [(field.name, hints[field.name]) for field in fields(kind) if field.init]
