"""The comparison report as one page that needs nothing but itself, from the document that report.json holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from reports import changes, parts, plots, reading, tables
from reports.html import environment
from reports.reading import Document
from reports.sections import overview, sections
from reports.tables import Table

BEFORE: Final = (
    ("verdict", "Verdict"),
    ("changes", "What changed"),
    ("formulas", "Formulas"),
    ("one-by-one", "One by one"),
)
AFTER: Final = (
    ("peers", "Published code"),
    ("operators", "torch's own operators"),
    ("mutants", "What the suite catches"),
    ("unchecked", "What was not checked"),
    ("ran", "What it ran on"),
)
"""The page's own parts; a pack's sections stand between."""
OPTIONAL: Final = ("changes", "peers", "operators", "mutants")
UNCHECKED: Final = (
    "Numbers whose bound is infinite, because rounding alone decides whether they overflow.",
    "Speed: make bench measures that.",
)
LATER: Final[Mapping[str, Any]] = MappingProxyType(
    dict.fromkeys(("sheets", "curves", "sections", "broken", "lacking", "unchecked"), ())
    | {"implementation": "the implementation", "headline": "", "glossary": MappingProxyType({})}
    | dict.fromkeys(OPTIONAL)
)
"""Parts of the document that `verify --json` leaves out."""


def page(document: Document) -> str:
    """The page.

    Raises ModuleNotFoundError without the report extra, saying how to get it.
    """
    templates = environment()
    doc = {**LATER, **document}
    with plots.style():
        shown = [
            parts.laid_out(reading.section(record), f"exhibit-{i}") for i, record in enumerate(doc["sections"], start=1)
        ]
        return templates.get_template("report.html").render(
            doc=doc,
            parts=[
                *_asked(doc, BEFORE),
                *((section["id"], section["title"]) for section in shown),
                *_asked(doc, AFTER),
            ],
            overview=overview(doc),
            formulas=sections(doc),
            distances={dtype: tables.distances(found) for dtype, found in reading.distances(doc).items()},
            exhibits=shown,
            unchecked=[*doc["unchecked"], *_unjudged(doc), *UNCHECKED],
            **(_changed(doc["changes"]) if doc["changes"] else {}),
            **(_peers(doc["peers"]) if doc["peers"] else {}),
            caught=_told(doc["mutants"] or ()),
            bounded=_told([doc["operators"]] if doc["operators"] else ()),
        )


def _asked(doc: Document, parts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, title) for name, title in parts if name not in OPTIONAL or doc[name]]


def _changed(found: Document) -> dict[str, Any]:
    moved = Table(("what", "before", "now"), [(key, *pair) for key, pair in found["environment"].items()])
    return {"changed": changes.summary(found), "changes": changes.table(found), "moved": moved}


def _peers(found: Document) -> dict[str, Table]:
    return {
        f"peers_{name}": Table(tuple(found[name]["headers"]), [tuple(row) for row in found[name]["rows"]])
        for name in ("summary", "matrix")
    }


def _told(found: Sequence[Document]) -> list[dict[str, Any]]:
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
