"""The comparison report as one page that needs nothing but itself, from the document that report.json holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from reports import changes, plots, reading, tables
from reports.html import environment
from reports.markdown import WORKED_NOTE
from reports.pictures import digit, digit_runs, slide_runs
from reports.reading import Document
from reports.sections import overview, sections
from reports.tables import Table

PARTS: Final = (
    ("verdict", "Verdict"),
    ("changes", "What changed"),
    ("formulas", "Formulas"),
    ("sections", "One by one"),
    ("trajectories", "SGD and momentum"),
    ("digits", "Real digits"),
    ("example", "Worked example"),
    ("peers", "Published code"),
    ("mutants", "What the suite catches"),
    ("open", "What is open"),
    ("ran", "What it ran on"),
)
OPTIONAL: Final = ("changes", "peers", "mutants")
UNCHECKED: Final = (
    "Other dtypes than float64 and float32: the lecture's functions refuse them.",
    "Probabilities that are NaN or outside [0, 1]: the losses refuse them.",
    "Numbers whose bound is infinite, because rounding alone decides whether they overflow.",
    "Speed: make bench measures that.",
)
LATER: Final[Mapping[str, Any]] = MappingProxyType(
    dict.fromkeys(("sheets", "curves", "trajectories", "trainings", "broken", "lacking"), ())
    | dict.fromkeys(("loose", "ledger", "unchecked"), ())
    | {"implementation": "the implementation", "headline": "", "glossary": MappingProxyType({})}
    | dict.fromkeys(("changes", "peers", "mutants", "worked_example"))
)
"""Parts of the document that `verify --json` leaves out."""


def page(document: Document) -> str:
    """The page.

    Raises ModuleNotFoundError without the report extra, saying how to get it.
    """
    templates = environment()
    doc = {**LATER, **document}
    example = reading.worked_example(doc["worked_example"]) if doc["worked_example"] else None
    with plots.style():
        return templates.get_template("report.html").render(
            doc=doc,
            parts=[(name, title) for name, title in PARTS if name not in OPTIONAL or doc[name]],
            overview=overview(doc),
            formulas=sections(doc),
            distances={dtype: tables.distances(found) for dtype, found in reading.distances(doc).items()},
            trajectories=tables.trajectories([reading.trajectory(t) for t in doc["trajectories"]]).without("network"),
            runs=slide_runs(doc),
            trainings=tables.trainings([reading.training(t) for t in doc["trainings"]]).without("epochs", "first loss"),
            digits=digit_runs(doc),
            picture=digit,
            worked=tables.worked_example(example) if example else None,
            losses=tables.worked_losses(example) if example else "",
            note=WORKED_NOTE,
            ledger=_ledger(doc["ledger"]),
            unchecked=[*doc["unchecked"], *_unjudged(doc), *UNCHECKED],
            **(_changed(doc["changes"]) if doc["changes"] else {}),
            **(_peers(doc["peers"]) if doc["peers"] else {}),
            caught=_caught(doc["mutants"] or ()),
        )


def _changed(found: Document) -> dict[str, Any]:
    moved = Table(("what", "before", "now"), [(key, *pair) for key, pair in found["environment"].items()])
    return {"changed": changes.summary(found), "changes": changes.table(found), "moved": moved}


def _peers(found: Document) -> dict[str, Table]:
    return {
        f"peers_{name}": Table(tuple(found[name]["headers"]), [tuple(row) for row in found[name]["rows"]])
        for name in ("summary", "matrix")
    }


def _caught(found: Sequence[Document]) -> list[dict[str, Any]]:
    """Every table with its caption; the long ones are opened by who wants to read them."""
    return [
        {**t, "table": Table(tuple(t["headers"]), [tuple(map(str, row)) for row in t["rows"]])}
        for document in found
        for t in document["tables"]
    ]


def _unjudged(doc: Document) -> list[str]:
    """How many numbers had no finite bound, by function and dtype."""
    lines = []
    for c in doc["comparisons"]:
        left = c.get("elements", 0) - c.get("judged", 0)
        if left:
            what = f"{c['formula']} {c['direction']} {c['dtype']}"
            lines.append(f"{what}: {left} of {c['elements']} numbers, whose bound is infinite.")
    return lines


def _ledger(rows: list[Document]) -> Table | None:
    """The conventions, each with the name of the test that holds it."""
    if not rows:
        return None
    headers = [key for key in rows[0] if key != "id"]
    cells = [tuple(_words(row[header]).rpartition("::")[2] for header in headers) for row in rows]
    return Table(tuple(headers), cells)


def _words(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list | tuple) else str(value)
