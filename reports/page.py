"""The comparison report as one page that needs nothing but itself, from the document that report.json holds."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from gradecheck.compare import Verdict, worst
from gradecheck.wording import number
from reports import changes, plots, reading, tables, typeset
from reports.html import environment
from reports.markdown import WORKED_NOTE
from reports.pictures import digit, digit_runs, slide_runs
from reports.reading import Document
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
)
OPTIONAL: Final = ("changes", "peers", "mutants")
LONGEST: Final = 160
"""Letters of an input that are shown; the code beside it has all of them."""

UNCHECKED: Final = (
    "Other dtypes than float64 and float32: the lecture's functions refuse them.",
    "Probabilities that are NaN or outside [0, 1]: the losses refuse them.",
    "Numbers whose bound is infinite, because rounding alone decides whether they overflow.",
    "Speed: make bench measures that.",
)
LATER: Final[Mapping[str, Any]] = MappingProxyType(
    dict.fromkeys(("sheets", "curves", "trajectories", "trainings", "broken", "loose", "ledger", "unchecked"), ())
    | {"implementation": "the implementation", "headline": ""}
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
            formulas=_formulas(doc),
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


def _formulas(doc: Document) -> list[dict[str, Any]]:
    """A section for each formula: forward and backward together."""
    curves = {c["subject"]: c for c in doc["curves"]}
    sections = []
    for subject in dict.fromkeys(s["subject"] for s in doc["sheets"]):
        own = [s for s in doc["sheets"] if s["subject"] == subject]
        drawn = []
        if subject in curves:
            drawn.append(plots.curve(curves[subject], doc["implementation"], f"{subject}-curve"))
        for s in own:
            if any(s["samples"].values()):
                drawn.append(plots.errors(s["samples"], s["direction"], f"{s['name']}-errors"))
        rows = [c for c in doc["comparisons"] if c["formula"] == subject]
        verdicts = worst([Verdict(c["verdict"]) for c in rows])
        sheets = [_sheet(doc, s, [c for c in rows if c["direction"] == s["direction"]]) for s in own]
        sections.append(
            {"name": subject, "formula": own[0]["formula"], "verdict": str(verdicts), "plots": drawn, "sheets": sheets}
        )
    return sections


def _sheet(doc: Document, sheet: Document, comparisons: list[Document]) -> Document:
    cases = [
        {
            "dtype": c["dtype"],
            "verdict": c["verdict"],
            "said": (c["worst_case"] or {}).get("said", ""),
            "element": _element(c, sheet, doc["implementation"]) if c["verdict"] != Verdict.EXACT else {},
            "repro": sheet["repros"].get(c["dtype"], "") if c["verdict"] != Verdict.EXACT else "",
        }
        for c in comparisons
    ]
    regimes = dict.fromkeys(regime for c in comparisons for regime in c["regimes"])
    math = typeset.formula(sheet["latex"], sheet["formula"])
    return {**sheet, "math": math, "regimes": ", ".join(regimes), "cases": cases}


def _element(comparison: Document, sheet: Document, implementation: str) -> dict[str, str]:
    """The worst number and its case, as words and numbers to read."""
    case = comparison["worst_case"]
    if not case or not case["element"]:
        return {}
    e = case["element"]
    place = e["result"] + (f"[{', '.join(map(str, e['index']))}]" if e["index"] else "")
    recipe = case["recipe"]
    drawn = f"{recipe['regime']}, {recipe['layout']} layout, seed {recipe['seed']}" if recipe else "-"
    of = sheet.get("made_of", {}).get(comparison["dtype"]) or "; ".join(case.get("inputs", ()))
    return {
        "number": place,
        f"by {implementation}": repr(float(e["actual"])),
        "by torch": repr(float(e["expected"])),
        "off by": f"{number(float(e['ulp']), 3)} ulp, {number(float(e['ratio']), 3)} of its bound",
        "bound": number(float(e["bound"]), 3),
        "input": textwrap.shorten(of, LONGEST, placeholder=" …"),
        "drawn": drawn,
    }


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
