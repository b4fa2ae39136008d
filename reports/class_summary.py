"""The summary of a class and the differences between two runs, for a terminal; and the summary as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from gradecheck.grading.course.diff import Difference, QuestionChange, SubmissionChange
from gradecheck.grading.course.summary import ClassSummary
from gradecheck.grading.handed_in.names import printable
from gradecheck.grading.marks import Outcome
from gradecheck.wording import number
from reports.document import SCHEMA, plain
from reports.tables import Table

WIDTH: Final = 40
MOST_SHOWN: Final = 8


def document(found: ClassSummary) -> str:
    """summary.json."""
    return json.dumps(plain({"schema": SCHEMA, **asdict(found)}), indent=1, allow_nan=False) + "\n"


def terminal(found: ClassSummary) -> str:
    parts = ["\n".join(head(found))]
    if found.graded:
        parts += [_histogram(found), _questions(found)]
    if found.mistakes:
        rows = [(str(m.count), m.mistake, m.what) for m in found.mistakes[:MOST_SHOWN]]
        parts.append(Table(("submissions", "mistake", "what it is"), rows).text())
    if found.not_graded:
        rows = [(printable(n.submission), n.status, printable(n.why)) for n in found.not_graded]
        parts.append(Table(("not graded", "status", "why"), rows).text())
    return "\n\n".join(parts)


def head(found: ClassSummary) -> list[str]:
    """The class in a few lines."""
    counts = [f"{found.graded} graded"]
    counts += [f"{found.unreadable} unreadable"] * bool(found.unreadable)
    counts += [f"{found.faults} not judged (a fault of ours)"] * bool(found.faults)
    lines = [f"{found.title}: {found.submissions} submissions, {', '.join(counts)}"]
    if found.mean is not None and found.median is not None:
        middle = f"mean {found.mean:.4g}, median {found.median:.4g} of {number(found.max_score)}"
        lines.append(f"{middle}, from {number(found.lowest or 0)} to {number(found.highest or 0)}")
    each = ", ".join(
        [
            f"{number(found.limits['seconds'])} s",
            f"{number(found.limits['memory_mib'])} MiB of memory",
            f"{number(found.limits['output_mib'])} MiB of output",
        ]
    )
    lines += [f"isolation: {found.isolation}", f"limits of one question: {each}"]
    reused = f", {found.reused} reused from the journal" if found.reused else ""
    rate = f" ({found.marked / found.seconds:.1f} a second)" if found.marked and found.seconds else ""
    lines.append(f"time: {found.seconds:.1f} s for {found.marked} marked by {found.jobs} jobs{rate}{reused}")
    return lines


def _histogram(found: ClassSummary) -> str:
    most = max(b.count for b in found.histogram)
    return "\n".join(
        f"{b.low:7.4g} - {b.high:<7.4g} {'#' * -(-b.count * WIDTH // most):{WIDTH}} {b.count}" for b in found.histogram
    )


def _questions(found: ClassSummary) -> str:
    outcomes: tuple[Outcome, ...] = ("passed", "wrong", "error", "limit")
    rows = [
        (q.function, f"{q.share:.0%}", number(q.max_points), *(str(q.outcomes.get(o, 0)) for o in outcomes))
        for q in found.questions[:MOST_SHOWN]
    ]
    return Table(("hardest first", "mean", "points", *outcomes), rows).text()


# -- two runs


def difference(found: Difference) -> str:
    """Every grade that changed, with what changed in it."""
    lines = [f"{key}: {_shown(old)} -> {_shown(new)}" for key, (old, new) in found.header.items()]
    for change in found.changes:
        lines += _submission(change)
    kept = found.submissions - len(found.changes)
    lines.append(f"{len(found.changes)} of {found.submissions} grades changed, {kept} did not")
    if found.other:
        names = ", ".join(printable(name) for name in found.other[:MOST_SHOWN])
        more = f" and {len(found.other) - MOST_SHOWN} more" if len(found.other) > MOST_SHOWN else ""
        lines.append(f"the same grade, but other findings: {names}{more}")
    return "\n".join(lines)


def _submission(change: SubmissionChange) -> Iterator[str]:
    name, (old, new) = printable(change.submission), change.status
    if old is None or new is None:
        yield f"{name}: {'new' if old is None else 'gone'}, {_grade(change, 1 if old is None else 0)}"
        return
    yield f"{name}: {_grade(change, 0)} -> {_grade(change, 1)}"
    for question in change.questions:
        yield f"  {_question(question)}"


def _grade(change: SubmissionChange, side: int) -> str:
    status, score = change.status[side], change.score[side]
    return _shown(score) if status == "graded" else str(status)


def _question(change: QuestionChange) -> str:
    old, new = change.points
    points = f"{_shown(old)} -> {_shown(new)}" if old != new else f"{_shown(old)} as before"
    why = [f"{key} {_shown(a)} -> {_shown(b)}" for key, (a, b) in change.what.items()]
    return printable(f"{change.function}: {points}{'; ' if why else ''}{', '.join(why)}")


def _shown(x: Any) -> str:
    if x is None:
        return "none"
    return number(x) if isinstance(x, int | float) else printable(str(x))
