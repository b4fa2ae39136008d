"""The formulas of a report, one by one: a row each with all their results, and a section each."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any, Final

from gradecheck.numbers.compare import Verdict, worst
from gradecheck.verifying.wording import number
from reports import plots, repairs, typeset
from reports.plots import Plot
from reports.reading import Document

LONGEST: Final = 160
"""Letters of an input that are shown; the code beside it has the whole input."""

NOTHING: Final = "–"


def overview(doc: Document) -> dict[str, Any]:
    """A row a formula, with a cell for each direction and precision; those that fail come first."""
    comparisons = doc["comparisons"]
    columns = list(dict.fromkeys((d, c["dtype"]) for d in ("forward", "backward") for c in comparisons))
    rows = []
    for formula in _worst_first(comparisons):
        own = {(c["direction"], c["dtype"]): c for c in comparisons if c["formula"] == formula}
        measured = [c for c in own.values() if c["digits"] is not None]
        rows.append(
            {
                "formula": formula,
                "verdict": str(_verdict(own.values())),
                "cells": [_cell(own.get(column)) for column in columns],
                "ratio": _number(max((float(c["worst_ratio"]) for c in measured), default=None)),
                "ulp": _number(max((float(c["worst_ulp"]) for c in measured), default=None)),
                "digits": f"{min(float(c['digits']) for c in measured):.1f}" if measured else NOTHING,
                "examples": sum(c["examples"] for c in own.values()),
            }
        )
    return {"columns": columns, "rows": rows, "failing": [r for r in rows if not Verdict(r["verdict"]).passes]}


def _cell(comparison: Document | None) -> dict[str, str] | None:
    if comparison is None:
        return None
    ratio = float(comparison["worst_ratio"]) if comparison["digits"] is not None else None
    return {"verdict": comparison["verdict"], "ratio": _number(ratio)}


def _number(x: float | None) -> str:
    return NOTHING if x is None else number(x, 3)


def _verdict(comparisons: Any) -> Verdict:
    return worst([Verdict(c["verdict"]) for c in comparisons])


def _worst_first(comparisons: Sequence[Document]) -> list[str]:
    """The formulas that fail, worst first; then the others in their order."""
    found: dict[str, list[Document]] = {}
    for c in comparisons:
        found.setdefault(c["formula"], []).append(c)
    verdicts = {formula: _verdict(own) for formula, own in found.items()}
    return sorted(found, key=lambda formula: 0 if verdicts[formula].passes else -verdicts[formula].severity)


def sections(doc: Document) -> list[dict[str, Any]]:
    """A section for each formula: forward and backward together. Those that fail are open."""
    curves = {c["subject"]: c for c in doc["curves"]}
    found = []
    for subject in _worst_first(doc["comparisons"]):
        own = [s for s in doc["sheets"] if s["subject"] == subject]
        if not own:
            continue
        rows = [c for c in doc["comparisons"] if c["formula"] == subject]
        verdict = _verdict(rows)
        drawn = [plot for s in own for plot in _apart(doc, s, rows)]
        if subject in curves:
            drawn.append(plots.curve(curves[subject], doc["implementation"], f"{subject}-curve"))
        for s in own:
            if any(s["samples"].values()):
                drawn.append(plots.errors(s["samples"], s["direction"], f"{s['name']}-errors"))
        found.append(
            {
                "name": subject,
                "formula": own[0]["formula"],
                "verdict": str(verdict),
                "open": not verdict.passes,
                "plots": drawn,
                "sheets": [_sheet(doc, s, [c for c in rows if c["direction"] == s["direction"]]) for s in own],
            }
        )
    return found


def _apart(doc: Document, sheet: Document, comparisons: Sequence[Document]) -> list[Plot]:
    """Plots of actual against expected numbers, where they differ."""
    pairs = {
        c["dtype"]: c["worst_case"]["pairs"]
        for c in comparisons
        if c["direction"] == sheet["direction"] and (c["worst_case"] or {}).get("pairs")
    }
    return [plots.pairs(pairs, doc["implementation"], sheet["direction"], f"{sheet['name']}-pairs")] if pairs else []


def _sheet(doc: Document, sheet: Document, comparisons: list[Document]) -> Document:
    cases = [
        {
            "dtype": c["dtype"],
            "verdict": c["verdict"],
            "said": (c["worst_case"] or {}).get("said", ""),
            "repair": repairs.told_of(c["repair"], bool(c["worst_case"]["mistakes"])) if c.get("repair") else None,
            "element": _element(c, sheet, doc) if c["verdict"] != Verdict.EXACT else {},
            "repro": sheet["repros"].get(c["dtype"], "") if c["verdict"] != Verdict.EXACT else "",
        }
        for c in comparisons
    ]
    regimes = dict.fromkeys(regime for c in comparisons for regime in c["regimes"])
    math = typeset.formula(sheet["latex"], sheet["formula"])
    return {**sheet, "math": math, "regimes": list(regimes), "cases": cases}


def _element(comparison: Document, sheet: Document, doc: Document) -> dict[str, str]:
    """The worst number and its case, as texts."""
    case = comparison["worst_case"]
    if not case or not case["element"]:
        return {}
    e = case["element"]
    place = e["result"] + (f"[{', '.join(map(str, e['index']))}]" if e["index"] else "")
    of = sheet.get("made_of", {}).get(comparison["dtype"]) or "; ".join(case.get("inputs", ()))
    return {
        "number": place,
        f"by {doc['implementation']}": repr(float(e["actual"])),
        "by torch": repr(float(e["expected"])),
        "off by": f"{number(float(e['ulp']), 3)} ulp, {number(float(e['ratio']), 3)} of its bound",
        "bound": number(float(e["bound"]), 3),
        "input": textwrap.shorten(of, LONGEST, placeholder=" …"),
        "drawn": _drawn(case["recipe"], doc["glossary"]),
    }


def _drawn(recipe: Document | None, glossary: Document) -> str:
    if not recipe:
        return NOTHING
    meaning = f" ({glossary[recipe['regime']]})" if recipe["regime"] in glossary else ""
    return f"{recipe['regime']}{meaning}, {recipe['layout']} layout, seed {recipe['seed']}"
