"""What changed between two reports: a newer torch, another processor, another implementation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from gradecheck.numbers.compare import Verdict
from gradecheck.verifying.wording import number
from reports.reading import Document, section
from reports.tables import Table

WHOLE: Final = "the whole pack"
NO_DTYPE: Final = ""
"""The precision of what was compared in none."""


def changes(old: Document, new: Document, name: str) -> Document:
    """The ratios and verdicts that changed, the rows that came or went, and where the two reports ran.

    Only what was asked of both reports is compared.
    name: of the older one. worse: whether any verdict is harsher than it was, or is gone.
    """
    both = _asked(old) & _asked(new)
    before, after = ({what: seen for what, seen, asked in _rows(side) if asked <= both} for side in (old, new))
    rows = [
        {"what": what, "old": before.get(what), "new": after.get(what), "change": _change(what, before, after)}
        for what in dict.fromkeys([*before, *after])
        if before.get(what) != after.get(what)
    ]
    keys = dict.fromkeys([*old.get("environment", {}), *new.get("environment", {})])
    moved = {key: (old.get("environment", {}).get(key, "-"), new.get("environment", {}).get(key, "-")) for key in keys}
    return {
        "name": name,
        "implementation": [old.get("implementation", "-"), new.get("implementation", "-")],
        "rows": rows,
        "same": sum(before.get(what) == ratio for what, ratio in after.items()),
        "worse": any(row["change"] in ("worse", "gone") for row in rows),
        "environment": {key: list(pair) for key, pair in moved.items() if pair[0] != pair[1]},
    }


def _asked(document: Document) -> frozenset[str]:
    """What was asked of a report: formulas (missing ones, too), precisions, the pack's exhibits."""
    comparisons = document["comparisons"]
    missing = {name.removesuffix("_backward") for name in document.get("missing", ())}
    whole = {WHOLE, NO_DTYPE} if document.get("whole") else set()
    return frozenset({c["formula"] for c in comparisons} | {c["dtype"] for c in comparisons} | missing | whole)


def _rows(document: Document) -> Iterator[tuple[str, tuple[float, str], frozenset[str]]]:
    """The worst error / bound and the verdict of every row, each with what has to be asked for that row."""
    for c in document["comparisons"]:
        what = f"{c['formula']} {c['direction']} {c['dtype']}"
        yield what, (float(c["worst_ratio"]), c["verdict"]), frozenset({c["formula"], c["dtype"]})
    for record in document.get("sections", ()):
        for o in section(record).all_outcomes():
            yield o.what, (o.worst_ratio, str(o.verdict)), frozenset({WHOLE, o.dtype})


def _change(what: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    if what not in before:
        return "new"
    if what not in after:
        return "gone"
    old, new = (Verdict(side[what][1]).severity for side in (before, after))
    if new == old:
        return "moved"
    return "worse" if new > old else "better"


def table(found: Document) -> Table:
    """One row for everything that changed, the worst first."""
    order = ("worse", "gone", "better", "new", "moved")
    rows = sorted(found["rows"], key=lambda row: order.index(row["change"]))
    headers = ("what", "error / bound before", "now", "verdict before", "verdict now", "change")
    return Table(headers, [(r["what"], *_cells(r["old"], r["new"]), r["change"]) for r in rows])


def _cells(old: Any, new: Any) -> tuple[str, ...]:
    ratios = ["-" if side is None else number(float(side[0]), 3) for side in (old, new)]
    verdicts = ["-" if side is None else str(side[1]) for side in (old, new)]
    return (*ratios, *verdicts)


def summary(found: Document) -> str:
    """One line: how much changed, and whether for the worse."""
    counts = {kind: sum(row["change"] == kind for row in found["rows"]) for kind in ("worse", "gone", "better", "new")}
    said = [f"{n} {kind}" for kind, n in counts.items() if n] or ["no verdict changed"]
    return f"since {found['name']}: {', '.join(said)}; {len(found['rows'])} rows moved, {found['same']} are the same"
