"""The proof of an assignment as a table, with what should not be below it."""

from __future__ import annotations

from typing import Final

from gradecheck.grading.proof import Proof
from reports.tables import Table

MOST_LISTED: Final = 20


def table(proof: Proof) -> Table:
    """One row a function: how many mistakes cost it something and were named, how many variants cost it nothing."""
    rows: list[tuple[str | int | float, ...]] = []
    for question in proof.assignment.questions:
        own = [t for t in proof.trials if t.function == question.contract.name]
        mistakes, variants = ([t for t in own if t.kind == kind] for kind in ("mistake", "variant"))
        caught = sum(t.points < t.max_points for t in mistakes)
        named, kept = sum(t.named for t in mistakes), sum(not t.breach for t in variants)
        points = f"{question.points:g}"
        rows.append((question.name, points, len(mistakes), caught, named, len(variants), kept))
    headers = ("function", "points", "mistakes", "caught", "named", "variants", "kept all")
    return Table(headers, rows)


def terminal(proof: Proof) -> str:
    files = [t for t in proof.trials if not t.function]
    parts = ["\n".join(f"{t.id} ({t.kind}): {t.points:g} of {t.max_points:g} points" for t in files)]
    parts.append(table(proof).text())
    if proof.unnamed:
        more = len(proof.unnamed) - MOST_LISTED
        names = [t.id for t in proof.unnamed[:MOST_LISTED]] + [f"{more} more"] * (more > 0)
        parts.append(f"caught, but not told from others by these cases: {', '.join(names)}")
    if proof.unseen:
        parts.append(f"right on all that is asked, or allowed: {', '.join(t.id for t in proof.unseen)}")
    parts += [f"{t.kind} {t.id}: {t.breach}" for t in proof.breaches]
    parts.append(_verdict(proof))
    return "\n\n".join(parts)


def _verdict(proof: Proof) -> str:
    mistakes = [t for t in proof.trials if t.kind == "mistake"]
    named, count = sum(t.named for t in mistakes), len(proof.breaches)
    said = f"{proof.assignment.title}: {len(mistakes)} mistakes, {named} of them named"
    return f"{said}; {count} breaches: do not release it as it is" if count else f"{said}; it is fair"
