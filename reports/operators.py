"""torch's own operators beside their derived bounds: counts by kind, an operator a row, and who notices a slip."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Final

from gradecheck.operators.findings import (
    DIRECTIONS,
    PRECISIONS,
    TARGET,
    TARGETED,
    Direction,
    Found,
    Held,
    Operator,
    Tolerance,
)
from gradecheck.verifying.wording import environment_lines, number
from reports.document import SCHEMA, plain
from reports.tables import Table

SAID: Final = ("bounded", "unsound", "vacuous", "unruled", "refused", "failed")
LEGEND: Final = (
    "A bound is sound where torch is off the truth by at most the radius; torch's float64 is the truth of float32, and "
    "NumPy's long double that of float64 where torch declares a reference that computes in it. The median is over all "
    "numbers with a radius. wider: how many times torch's own tolerance, which its maintainers choose by hand, is what "
    "two right answers may be apart."
)


def kinds(found: Found) -> Table:
    """One row a kind: how many operators are deterministic, and what became of them in each direction."""
    headers = ("kind", "operators", "random", "direction", "held", *SAID, "share", "worst", "median", "wider")
    names = dict.fromkeys([*TARGETED, *(o.kind for o in found.operators)])
    rows = []
    for name in names:
        own = [o for o in found.operators if o.kind == name]
        for direction in DIRECTIONS if own else ():
            rows.append((name, str(len(own)), str(sum(bool(o.random) for o in own)), *_counts(own, direction)))
    every = [o for o in found.operators if o.kind in TARGETED]
    rows += [
        ("all with a target", str(len(every)), str(sum(bool(o.random) for o in every)), *_counts(every, d))
        for d in DIRECTIONS
    ]
    return Table(headers, rows)


def _counts(own: Sequence[Operator], direction: Direction) -> tuple[str, ...]:
    outcomes = [o.outcome(direction) for o in own if not o.random]
    told = [outcome for outcome in outcomes if outcome != "nothing"]
    bounded = [h for o in own for h in o.held if h.direction == direction and h.outcome == "bounded"]
    return (
        direction,
        str(len(told)),
        *(str(told.count(outcome)) for outcome in SAID),
        f"{told.count('bounded') / len(told):.1%}" if told else "-",
        number(max((h.worst for h in bounded), default=0.0), 3),
        number(_middle([h.median for h in bounded if h.median]), 2),
        number(_middle([h.wider for h in bounded if h.wider]), 2),
    )


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0


def slips(found: Found) -> Table:
    """One row a slip: the operators that it shows in, and how many each judge notices."""
    headers = ("slip", "operators", "derived bound", "torch's own tolerance", "assert_close's defaults")
    names = dict.fromkeys(p.slip for o in found.operators for p in o.planted)
    rows = []
    for name in names:
        own = [p for o in found.operators for p in o.planted if p.slip == name]
        caught = (sum(p.bound for p in own), sum(p.own for p in own), sum(p.default for p in own))
        rows.append((name, str(len(own)), *(f"{n} ({n / len(own):.0%})" for n in caught)))
    return Table(headers, rows)


def operators(found: Found) -> Table:
    """One row an operator and direction."""
    headers = (
        "operator",
        "kind",
        "direction",
        *(f"{p}{what}" for p in PRECISIONS for what in ("", ": worst", ": median")),
    )
    headers += ("samples", "numbers", "torch's own", "wider", "why")
    return Table(headers, [_row(o, d) for o in found.operators for d in DIRECTIONS if _shown(o, d)])


def _shown(operator: Operator, direction: Direction) -> bool:
    return not operator.random and operator.outcome(direction) != "nothing"


def _row(operator: Operator, direction: Direction) -> tuple[str, ...]:
    both = [operator.of(direction, precision) for precision in PRECISIONS]
    held = [h for h in both if h is not None and h.outcome != "nothing"]
    first = held[0]
    return (
        operator.name,
        operator.kind,
        direction,
        *(cell for h in both for cell in _cells(h)),
        f"{first.samples} of {first.of}",
        str(first.numbers),
        _tolerance(first.own),
        number(first.wider, 2) if first.wider else "-",
        "; ".join(dict.fromkeys(h.why for h in held if h.why)),
    )


def _cells(held: Held | None) -> tuple[str, str, str]:
    if held is None or not held.numbers:
        return (held.outcome if held else "-", "-", "-")
    return held.outcome, number(held.worst, 3), number(held.median, 2)


def _tolerance(own: Tolerance | None) -> str:
    return f"{number(own.relative, 2)} |x| + {number(own.absolute, 2)}" if own else "-"


def unruled(found: Found) -> Table:
    """One row an aten operator that no rule takes: the operators that stop at it."""
    stopped: dict[str, list[str]] = {}
    for operator in found.operators:
        for name in {n for h in operator.held if h.outcome == "unruled" for n in h.why.split("; ")}:
            stopped.setdefault(name, []).append(operator.name)
    ordered = sorted(stopped.items(), key=lambda item: (-len(item[1]), item[0]))
    return Table(("no rule for", "operators", "which"), [(n, str(len(o)), ", ".join(o)) for n, o in ordered])


def unsound(found: Found) -> Table:
    """One row an operator outside its bound, with what explains it."""
    rows = [
        (
            o.name,
            h.direction,
            h.precision,
            number(h.worst, 3),
            found.exceptions.get((o.name, h.direction, h.precision), "not explained"),
        )
        for o in found.operators
        for h in o.held
        if h.outcome == "unsound"
    ]
    return Table(("operator", "direction", "dtype", "worst error / bound", "why"), rows)


def faults(found: Found) -> list[str]:
    """What makes the run fail."""
    return [
        *(
            f"{o.name}, {h.direction}, {h.precision}: {number(h.worst, 3)} times the bound, which is not explained"
            for o, h in found.unexplained
        ),
        *(f"{', '.join(key)}: explained, but did not happen" for key in found.stale),
    ]


def missed(found: Found) -> list[str]:
    """The kinds that miss the target, each in a sentence."""
    lines = []
    for name in TARGETED:
        for direction in DIRECTIONS:
            told = [o.outcome(direction) for o in found.operators if o.kind == name and _shown(o, direction)]
            if told and told.count("bounded") < TARGET * len(told):
                lines.append(
                    f"{name}, {direction}: {told.count('bounded')} of {len(told)} bounded, target {TARGET:.0%}"
                )
    return lines


def line(operator: Operator) -> str:
    """One operator as it comes."""
    if operator.random:
        return f"{operator.name}: {operator.random}"
    said = ", ".join(f"{d} {operator.outcome(d)}" for d in DIRECTIONS)
    whys = dict.fromkeys(h.why for h in operator.held if h.why and h.outcome not in ("nothing", "bounded"))
    worst = max((h.worst for h in operator.held), default=0.0)
    figures = f"worst {number(worst, 3)}; {operator.seconds:.1f} s"
    return f"{operator.name} ({operator.kind}): {said}; {figures} {'; '.join(whys)}"


def _tables(found: Found) -> Iterator[tuple[str, Table, bool]]:
    """Caption, table, and whether it is long."""
    yield "Operators by kind", kinds(found), False
    yield "Who notices a slip, in float32", slips(found), False
    if unsound(found).rows:
        yield "Outside their bound", unsound(found), False
    yield "Operators without a rule", unruled(found), True
    yield "Every operator", operators(found), True


def text(found: Found) -> str:
    """For a terminal."""
    parts = [t.text() for _, t, long in _tables(found) if not long]
    return "\n\n".join([*parts, LEGEND, *missed(found), *faults(found)])


def markdown(found: Found) -> str:
    parts = ["# torch's own operators under derived bounds", LEGEND]
    for caption, table, _ in _tables(found):
        parts += [f"## {caption}", table.markdown()]
    said = [*missed(found), *faults(found)]
    parts += ["## What falls short", "\n".join(f"- {told}" for told in said)] if said else []
    parts += ["## Environment", "\n".join(f"- {told}" for told in environment_lines(found.environment))]
    return "\n\n".join(parts) + "\n"


def document(found: Found) -> str:
    """operators.json."""
    record = {
        "schema": SCHEMA,
        "environment": found.environment,
        "passes": found.passes,
        "faults": faults(found),
        "missed": missed(found),
        "legend": LEGEND,
        "tables": [{"caption": c, "long": long, **vars(t)} for c, t, long in _tables(found)],
        "operators": [asdict(o) for o in found.operators],
    }
    return json.dumps(plain(record), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
