"""The summary of a class and the differences between two runs, for a terminal; and the summary as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from gradecheck.grading.classrun.diff import Difference, QuestionChange, SubmissionChange
from gradecheck.grading.classrun.summary import ClassSummary, Searches, in_words
from gradecheck.grading.marks import Outcome
from gradecheck.grading.submissions.names import printable
from gradecheck.verifying.wording import counted, number
from reports.document import SCHEMA, plain
from reports.screen import paragraph
from reports.tables import Table

WIDTH: Final = 40
MOST_SHOWN: Final = 8
OUTCOMES: Final[tuple[Outcome, ...]] = ("passed", "wrong", "error", "limit")


def document(found: ClassSummary) -> str:
    """summary.json."""
    return json.dumps(plain({"schema": SCHEMA, **asdict(found)}), indent=1, allow_nan=False) + "\n"


def terminal(found: ClassSummary) -> str:
    parts = ["\n".join(paragraph(line, further="  ") for line in head(found))]
    if found.graded >= len(found.histogram):  # bars of fewer scores say nothing
        parts.append(_histogram(found))
    tables = [questions(found)] if found.graded else []
    tables += [mistakes(found), causes(found), packages(found)]
    parts += [_beginning(table).terminal() for table in tables if table.rows]
    tables = [changed(found), to_look_at(found), not_graded(found), strangers(found)]
    parts += [table.terminal() for table in tables if table.rows]
    return "\n\n".join(parts)


def _beginning(table: Table) -> Table:
    """The first rows of a table; the class page has all of them."""
    return Table(table.headers, table.rows[:MOST_SHOWN])


def head(found: ClassSummary) -> list[str]:
    """The class in a few lines."""
    counts = [f"{found.graded} graded"]
    counts += [f"{found.unreadable} unreadable"] * bool(found.unreadable)
    counts += [f"{found.faults} not judged (a fault of ours)"] * bool(found.faults)
    lines = [f"{found.title}: {counted(found.submissions, 'submission')}, {', '.join(counts)}", *_people(found)]
    if found.mean is not None and found.median is not None and found.graded > 1:
        middle = f"mean {found.mean:.4g}, median {found.median:.4g} of {counted(found.max_score, 'point')}"
        lines.append(f"{middle}, from {number(found.lowest or 0)} to {number(found.highest or 0)}")
    each = ", ".join(
        [
            f"{number(found.limits['seconds'])} s",
            f"{number(found.limits['memory_mib'])} MiB of memory",
            f"{number(found.limits['output_mib'])} MiB of output",
        ]
    )
    lines.append(f"limits of one question: {each}")
    rate = f" ({found.marked / found.seconds:.1f} a second)" if found.seconds else ""
    together = f", {found.jobs} at a time{rate}" if found.marked > 1 else ""
    marked = [f"{counted(found.marked, 'submission')} marked{together}"] * bool(found.marked)
    marked += [f"{found.reused} reused from the journal"] * bool(found.reused)
    lines.append(f"time: {found.seconds:.1f} s; {'; '.join(marked)}")
    return [*lines, *_searches(found.searches)]


def _people(found: ClassSummary) -> Iterator[str]:
    """How many people there are, where that is not the number of submissions; and who handed in nothing."""
    if found.students != found.submissions or found.attempts > found.submissions:
        earlier = found.attempts - found.submissions
        more = f", {counted(earlier, 'attempt')} that {'does' if earlier == 1 else 'do'} not count" if earlier else ""
        yield f"people: {counted(found.students, 'student')}{more}"
    if found.nothing:
        names = ", ".join(printable(name) for name in found.nothing[:MOST_SHOWN])
        left = len(found.nothing) - MOST_SHOWN
        yield f"{len(found.nothing)} handed in nothing: {names}{f' and {left} more' if left > 0 else ''}"


def _searches(found: Searches) -> Iterator[str]:
    """What became of the search for repairs, where something was searched."""
    if found.count:
        yield f"search for repairs: {found.seconds:.1f} s; {counted(found.count, 'submission')} searched"
    if found.lost:
        why = "; ".join(printable(why) for why in dict.fromkeys(found.lost))
        yield f"search for repairs: lost {counted(len(found.lost), 'time')}, a fault of ours that costs no marks: {why}"


def _histogram(found: ClassSummary) -> str:
    most = max(b.count for b in found.histogram)
    return "\n".join(
        f"{b.low:7.4g} - {b.high:<7.4g} {'#' * -(-b.count * WIDTH // most):{WIDTH}} {b.count}" for b in found.histogram
    )


# -- tables, on a terminal and on the page


def questions(found: ClassSummary) -> Table:
    rows = [
        (q.function, f"{q.share:.0%}", number(q.max_points), *(str(q.outcomes.get(o, 0)) for o in OUTCOMES))
        for q in found.questions
    ]
    return Table(("hardest first", "mean", "points", *OUTCOMES), rows)


def mistakes(found: ClassSummary) -> Table:
    rows = [(m.function, m.what, str(m.count)) for m in found.mistakes]
    return Table(("most common first", "what it is", "submissions"), rows)


def causes(found: ClassSummary) -> Table:
    rows = [(c.function, printable(c.what), str(c.count)) for c in found.causes]
    return Table(("found by a search", "what is wrong", "submissions"), rows)


def packages(found: ClassSummary) -> Table:
    rows = [(printable(p.package), str(p.count)) for p in found.packages]
    return Table(("package that is not there", "submissions"), rows)


def to_look_at(found: ClassSummary) -> Table:
    rows = [(printable(n.submission), printable("; ".join(n.why))) for n in found.to_look_at]
    return Table(("to look at", "why"), rows)


def strangers(found: ClassSummary) -> Table:
    rows = [(printable(s.name), printable(s.submission)) for s in found.strangers]
    return Table(("not on the roster", "submission"), rows)


def changed(found: ClassSummary) -> Table:
    rows = [(printable(c.name), printable("; ".join(c.what))) for c in found.changed]
    return Table(("changed by the teacher", "what and why"), rows)


def not_graded(found: ClassSummary) -> Table:
    rows = [(printable(n.submission), n.status, printable(n.why)) for n in found.not_graded]
    return Table(("not graded", "status", "why"), rows)


# -- two runs


def difference(found: Difference) -> str:
    """Every grade that changed, with what changed in it."""
    lines = [
        paragraph(f"{key}: {_shown(old)} -> {_shown(new)}", further="  ") for key, (old, new) in found.header.items()
    ]
    for change in found.changes:
        lines += _submission(change)
    kept = found.submissions - len(found.changes)
    lines.append(f"{len(found.changes)} of {counted(found.submissions, 'grade')} changed, {kept} did not")
    if found.other:
        names = ", ".join(printable(name) for name in found.other[:MOST_SHOWN])
        more = f" and {len(found.other) - MOST_SHOWN} more" if len(found.other) > MOST_SHOWN else ""
        lines.append(paragraph(f"the same grade, but other findings: {names}{more}", further="  "))
    return "\n".join(lines)


def _submission(change: SubmissionChange) -> Iterator[str]:
    name, (old, new) = printable(change.submission), change.status
    if old is None or new is None:
        yield f"{name}: {'new' if old is None else 'gone'}, {_grade(change, 1 if old is None else 0)}"
        return
    yield f"{name}: {_grade(change, 0)} -> {_grade(change, 1)}"
    for line in (*map(_question, change.questions), *map(printable, change.teacher)):
        yield paragraph(line, "  ", "    ")


def _grade(change: SubmissionChange, side: int) -> str:
    status, score = change.status[side], change.score[side]
    return _shown(score) if status == "graded" else str(status)


def _question(change: QuestionChange) -> str:
    old, new = change.points
    points = f"{_shown(old)} -> {_shown(new)}" if old != new else f"{_shown(old)} as before"
    why = [
        f"{key} {' -> '.join(map(_named if key == 'diagnosis' else _shown, pair))}" for key, pair in change.what.items()
    ]
    return printable(f"{change.function}: {points}{'; ' if why else ''}{', '.join(why)}")


def _named(diagnosis: str | None) -> str:
    """The mistakes in words."""
    return " ".join(map(in_words, diagnosis.split(", "))) if diagnosis else "none"


def _shown(x: Any) -> str:
    if x is None:
        return "none"
    return number(x) if isinstance(x, int | float) else printable(str(x))
