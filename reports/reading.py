"""A report.json read back: the document, and the records in it that the tables are made from."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from gradecheck.compare import Verdict
from gradecheck.records import Network, Training, Trajectory, WorkedExample, WorkedRow
from reports.document import SCHEMA

Document = dict[str, Any]


def read(text: str, name: str) -> Document:
    """The document in that text.

    Raises ValueError where it is none that `gradecheck report` or `gradecheck verify --json` wrote.
    """
    found = _json(text, name, "a report.json")
    if not isinstance(found.get("comparisons"), list):
        msg = f"report: {name} has no comparisons, but should be a report.json"
        raise ValueError(msg)
    if found.get("schema") != SCHEMA:
        msg = f"report: {name} is of schema {found.get('schema')}, but should be of schema {SCHEMA}; make it again"
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


def _numbers(values: Any) -> tuple[float, ...]:
    return tuple(float(v) for v in values)


def trajectory(record: Document) -> Trajectory:
    """A training run, without the parameters it ended at: those are not written."""
    n = record["network"]
    network = Network(tuple(n["activations"]), n["loss"], float(n["lr"]), float(n["mu"]))
    return Trajectory(
        network=network,
        dtype=record["dtype"],
        seed=record["seed"],
        losses=_numbers(record["losses"]),
        reference_losses=_numbers(record["reference_losses"]),
        ratios=_numbers(record["ratios"]),
        verdict=Verdict(record["verdict"]),
        drift=_numbers(record["drift"]),
        envelope=_numbers(record["envelope"]),
        final=[],
        reference_final=[],
        differences=tuple(_numbers(d) for d in record.get("differences", ())),
    )


def training(record: Document) -> Training:
    """A training run on real data; its reading stays in the document."""
    return Training(
        title=record["title"],
        epochs=record["epochs"],
        steps_an_epoch=record["steps_an_epoch"],
        trajectory=trajectory(record),
        accuracy=float(record["accuracy"]),
        reference_accuracy=float(record["reference_accuracy"]),
    )


def worked_example(record: Document) -> WorkedExample:
    rows = tuple(WorkedRow(**{f.name: row[f.name] for f in fields(WorkedRow)}) for row in record["rows"])
    return WorkedExample(rows, *(record[key] for key in ("loss_natural", "loss_base2", "reference_loss", "agrees")))
