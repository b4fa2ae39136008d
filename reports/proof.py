"""The proof of an assignment as a table, with the breaches below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gradecheck.grading.proof import Proof, Trial
from gradecheck.verifying.wording import counted
from reports.screen import paragraph, toned
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
    parts = ["\n".join(f"{t.id} ({t.kind}): {t.points:g} of {counted(t.max_points, 'point')}" for t in files)]
    parts.append(table(proof).terminal())
    if proof.unnamed:
        parts.append(_listed("mistakes caught, but not told from others by these cases", proof.unnamed))
    if proof.unseen:
        parts.append(_listed("mistakes that are right on all that is asked, or allowed", proof.unseen))
    parts += [toned(paragraph(f"{_called(t)}: {t.breach}", further="  "), "bad") for t in proof.breaches]
    parts.append(toned(paragraph(_verdict(proof)), "bad" if proof.breaches else "good"))
    return "\n\n".join(parts)


def _listed(what: str, trials: Sequence[Trial]) -> str:
    rows = [(t.function, t.what) for t in trials[:MOST_LISTED]]
    more = len(trials) - MOST_LISTED
    return Table(("function", what), [*rows, *[("...", f"{more} more")] * (more > 0)]).terminal()


def _called(trial: Trial) -> str:
    return f"{trial.function}, {trial.kind}: {trial.what}" if trial.function else f"{trial.id} ({trial.kind})"


def _verdict(proof: Proof) -> str:
    mistakes = [t for t in proof.trials if t.kind == "mistake"]
    named, count = sum(t.named for t in mistakes), len(proof.breaches)
    said = f"{proof.assignment.title}: {counted(len(mistakes), 'mistake')}, {named} of them named"
    unfair = f"{counted(count, 'trial')} came out otherwise than it should: do not release it as it is"
    return f"{said}; {unfair if count else 'it is fair'}"
