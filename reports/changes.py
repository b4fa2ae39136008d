"""What changed between two reports: a newer torch, another processor, another implementation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradecheck.compare import Verdict
from gradecheck.wording import number
from reports.reading import Document
from reports.tables import Table


def changes(old: Document, new: Document, name: str) -> Document:
    """The ratios and verdicts that moved, the rows that came or went, and where the two reports ran.

    name: of the older one. worse: whether any verdict is harsher than it was, or is gone.
    """
    before, after = dict(_rows(old)), dict(_rows(new))
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


def _rows(document: Document) -> Iterator[tuple[str, tuple[float, str]]]:
    for c in document["comparisons"]:
        yield f"{c['formula']} {c['direction']} {c['dtype']}", (float(c["worst_ratio"]), c["verdict"])
    for run in (*document.get("trajectories", ()), *document.get("trainings", ())):
        network = run["network"]
        name = run.get("title", "two features")
        what = f"{name}, lr {network['lr']:g}, mu {network['mu']:g}, {run['dtype']}"
        yield what, (max(float(r) for r in run["ratios"]), run["verdict"])


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
    """One row for everything that moved, the worst first."""
    order = ("worse", "gone", "better", "new", "moved")
    rows = sorted(found["rows"], key=lambda row: order.index(row["change"]))
    headers = ("what", "error / bound before", "now", "verdict before", "verdict now", "change")
    return Table(headers, [(r["what"], *_cells(r["old"], r["new"]), r["change"]) for r in rows])


def _cells(old: Any, new: Any) -> tuple[str, ...]:
    ratios = ["-" if side is None else number(float(side[0]), 3) for side in (old, new)]
    verdicts = ["-" if side is None else str(side[1]) for side in (old, new)]
    return (*ratios, *verdicts)


def summary(found: Document) -> str:
    """One line: how much moved, and whether for the worse."""
    counts = {kind: sum(row["change"] == kind for row in found["rows"]) for kind in ("worse", "gone", "better", "new")}
    said = [f"{n} {kind}" for kind, n in counts.items() if n] or ["no verdict changed"]
    return f"since {found['name']}: {', '.join(said)}; {len(found['rows'])} rows moved, {found['same']} are the same"
