"""Published code compared with torch: a matrix, all comparisons, and each disagreement with its reason and evidence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from gradecheck.peers.findings import Disagreement, Key, Peer, Peers, Row
from gradecheck.verifying.records import Verification
from gradecheck.verifying.wording import (
    SIGNS,
    case_lines,
    comparison_lines,
    environment_lines,
    number,
    witness_sentence,
)
from reports.document import SCHEMA, plain
from reports.tables import Table

WHOSE: Final = {"convention": "their convention", "bug": "their bug", "torch": "torch is off"}

LEGEND: Final = (
    "The verdict is on what every submission is asked; 0-d and empty arrays, NaN, infinities and subnormal numbers "
    "are not. A number in brackets is an explanation below, on either kind of input; a dash is a function that the "
    "peer does not have."
)


def summary(found: Peers) -> Table:
    """One row a peer. The worst error / bound and ulp are those of the comparisons that agree."""
    headers = (
        *("peer", "packages", "functions", "comparisons", "agree, asked", "agree, all"),
        *("worst error / bound", "worst ulp", "explained"),
    )
    return Table(headers, [_summary(peer) for peer in found.peers])


def _summary(peer: Peer) -> tuple[str, ...]:
    if peer.held is None:
        said = f"{', '.join(peer.missing)} not installed" if peer.missing else "broken"
        return peer.name, said, *("-",) * 7
    rows = peer.held.rows
    agreed = [row.asked for row in rows if row.asked.verdict.passes]
    counts = {whose: sum(e.whose == whose for e in peer.explanations) for whose in WHOSE}
    return (
        peer.name,
        ", ".join(f"{name} {version}" for name, version in peer.versions.items()),
        str(len(peer.functions)),
        str(len(rows)),
        str(len(agreed)),
        str(sum(row.everything.verdict.passes for row in rows)),
        number(max((v.worst_ratio for v in agreed), default=0.0), 3),
        number(max((v.worst_ulp for v in agreed), default=0.0), 3),
        ", ".join(f"{n} {WHOSE[whose]}" for whose, n in counts.items() if n) or "nothing to explain",
    )


def matrix(found: Peers) -> Table:
    """One row a function, one column a peer."""
    held = [peer for peer in found.peers if peer.held]
    functions = dict.fromkeys(name for peer in held for name in peer.functions)
    rows = [(name, *(_cell(found, peer, name) for peer in held)) for name in functions]
    return Table(("function", *(peer.name for peer in held)), rows)


def _cell(found: Peers, peer: Peer, function: str) -> str:
    if function not in peer.functions:
        return "-"
    verdict = peer.verdict(function)
    blamed = {found.explanations[n - 1][1].whose for n in _numbers(found, peer, function, where="asked")}
    reasons = [said for whose, said in WHOSE.items() if whose in blamed]
    said = str(verdict) if verdict.passes or not reasons else ", ".join(reasons)
    return " ".join([said, *_brackets(_numbers(found, peer, function))])


def _numbers(
    found: Peers, peer: Peer, function: str, dtype: str | None = None, where: str | None = None
) -> Sequence[int]:
    """The numbers of the explanations for a function, in that precision and on these inputs, if given."""
    assert peer.held is not None
    keys = [d.key for d in peer.held.disagreements if d.key.function == function]
    chosen = [key for key in keys if dtype in (None, key.dtype) and where in (None, key.where)]
    return sorted({found.explained[key] for key in chosen if key in found.explained})


def _brackets(numbers: Sequence[int]) -> list[str]:
    return [f"[{n}]" for n in numbers]


def comparisons(found: Peers, peer: Peer) -> Table:
    """One row a function and precision of one peer, on asked inputs and on all."""
    headers = (
        *("function", "dtype", "asked", "worst error / bound", "worst ulp"),
        *("all", "worst error / bound", "worst ulp", "explained"),
    )
    rows = peer.held.rows if peer.held else ()
    return Table(headers, [_comparison(found, peer, row) for row in rows])


def _comparison(found: Peers, peer: Peer, row: Row) -> tuple[str, ...]:
    numbers = _brackets(_numbers(found, peer, row.function, row.dtype))
    return row.function, row.dtype, *_verdict(row.asked), *_verdict(row.everything), " ".join(numbers)


def _verdict(v: Verification) -> tuple[str, str, str]:
    return str(v.verdict), number(v.worst_ratio, 3), number(v.worst_ulp, 3)


# -- in words


def explanation_lines(found: Peers, n: int) -> list[str]:
    """Who is off and why; then the evidence, one case for each function and kind of input."""
    peer, said = found.explanations[n - 1]
    assert peer.held is not None
    by_key = {d.key: d for d in peer.held.disagreements}
    shown: dict[tuple[str, str], Disagreement] = {}
    for key in said.keys:
        if key in by_key:
            shown.setdefault((key.function, key.where), by_key[key])
    return [f"[{n}] {peer.name}: {WHOSE[said.whose]}. {said.why}", *map(evidence, shown.values())]


def evidence(d: Disagreement) -> str:
    """Where and how often; the actual and the expected number, the input, the sign, the distances from the truth."""
    key, worst = d.key, d.worst
    said = comparison_lines(key.function, worst.comparison)
    said += [SIGNS[sign] for sign in (worst.signs or {}).values()]
    said += ["for " + ", ".join(case_lines(worst.case, tuple(a.name for a in d.contract.arguments)))]
    if worst.witness is not None:
        said.append(f"witness: {witness_sentence(worst.witness, key.peer)}")
    return f"{place(key)} ({d.cases} case{'s' * (d.cases != 1)}): {'; '.join(said)}"


def place(key: Key) -> str:
    return f"{key.function}, {key.dtype}, {key.where}, {key.what}"


def faults(found: Peers) -> list[str]:
    """What makes the run fail: errors, and explanations that do not match the disagreements."""
    return [
        *(f"{peer.name}: {peer.broken}" for peer in found.peers if peer.broken),
        *(f"{d.key.peer}: not explained: {evidence(d)}" for d in found.unexplained),
        *(f"{key.peer}: explained, but did not happen: {key.function}, {key.what}" for key in found.stale),
        *(f"{d.key.peer}: explained against the witness: {evidence(d)}" for d in found.contradicted),
    ]


def text(found: Peers) -> str:
    """For a terminal: the two tables, then what is wrong."""
    return "\n\n".join([summary(found).text(), matrix(found).text(), LEGEND, *faults(found)])


def markdown(found: Peers) -> str:
    parts = ["# Published code under the lecture's contracts"]
    parts += [summary(found).markdown(), matrix(found).markdown(), LEGEND]
    if failed := faults(found):
        parts += ["## What is wrong", "\n".join(f"- {line}" for line in failed)]
    parts.append("## Every disagreement")
    for n in range(1, len(found.explanations) + 1):
        said, *cases = explanation_lines(found, n)
        parts += [said, "\n".join(f"- {line}" for line in cases)]
    for peer in found.peers:
        if peer.held:
            parts += [f"## {peer.name}", comparisons(found, peer).markdown()]
    parts += ["## Environment", "\n".join(f"- {line}" for line in environment_lines(found.environment))]
    return "\n\n".join(parts) + "\n"


def document(found: Peers) -> str:
    """peers.json."""
    record = {
        "schema": SCHEMA,
        "environment": found.environment,
        "passes": found.passes,
        "faults": faults(found),
        "peers": [_peer(found, peer) for peer in found.peers],
        "summary": vars(summary(found)),
        "matrix": vars(matrix(found)),
        "legend": LEGEND,
        "explanations": [
            {
                "number": n,
                "peer": peer.name,
                "whose": e.whose,
                "said": WHOSE[e.whose],
                "why": e.why,
                "evidence": explanation_lines(found, n)[1:],
            }
            for n, (peer, e) in enumerate(found.explanations, start=1)
        ],
    }
    return json.dumps(plain(record), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _peer(found: Peers, peer: Peer) -> dict[str, Any]:
    rows, disagreements = (peer.held.rows, peer.held.disagreements) if peer.held else ((), ())
    return {
        "peer": peer.name,
        "versions": peer.versions,
        "not_installed": peer.missing,
        "broken": peer.broken,
        "comparisons": [
            {"function": r.function, "dtype": r.dtype, "asked": _figures(r.asked), "all": _figures(r.everything)}
            for r in rows
        ],
        "disagreements": [
            {**vars(d.key), "cases": d.cases, "explanation": found.explained.get(d.key), "evidence": evidence(d)}
            for d in disagreements
        ],
    }


def _figures(v: Verification) -> dict[str, Any]:
    return {"verdict": v.verdict, "worst_ratio": v.worst_ratio, "worst_ulp": v.worst_ulp, "examples": v.examples}
