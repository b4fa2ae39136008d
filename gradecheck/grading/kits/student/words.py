"""What a student reads after a check: what is wrong first, then a table of all checks. No points."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final

from gradecheck.grading.kits.student.checking import Checked
from gradecheck.grading.marks import CHECKS, CheckMark, QuestionMark
from gradecheck.grading.submissions.names import printable

WIDEST: Final = 100
MOST_LINES: Final = 10  # of what a function printed
NO_MARKING: Final = (
    "This is a self-check, not the marking: the marking tries other inputs. There are no points here."
)
HIDDEN: Final = "The inputs are not shown in this assignment, nor what your code printed or said when it raised."
SAID: Final = {"passed": "ok", "wrong": "wrong", "error": "error", "limit": "limit", "fault": "?"}


def text(checked: Checked) -> str:
    """All that is said of a check."""
    parts = [f"{_wrapped(f'{checked.name}: {_headline(checked)}')}\n{_wrapped(NO_MARKING)}"]
    parts += ["\n".join(_wrapped(note, further="  ") for note in checked.notes)] * bool(checked.notes)
    parts += [_wrapped(HIDDEN)] * checked.hidden
    parts += ["\n".join(_told(q, checked)) for q in checked.questions if q.outcome != "passed" and not q.unwritten]
    waiting = [q.function for q in checked.questions if q.unwritten]
    parts += [_wrapped(f"still to be written: {', '.join(waiting)}")] * bool(waiting)
    return "\n\n".join([*parts, _table(checked.questions)])


def _headline(checked: Checked) -> str:
    right = sum(q.outcome == "passed" for q in checked.questions)
    all_of = len(checked.questions)
    return f"{right} of {all_of} function{'s' * (all_of != 1)} agree{'s' * (right == 1)} on all that was tried."


def _told(q: QuestionMark, checked: Checked) -> Iterator[str]:
    why = printable(q.gist if checked.hidden else q.rationale)
    yield _wrapped(why if why.startswith(q.function) else f"{q.function}: {why}", further="  ")
    for helper in checked.helpers.get(q.function, ()):
        yield f"  It calls {helper}, which is not right yet: mend that first."
    if q.help:
        yield _wrapped(f"look at  {printable(q.help)}", "  ", " " * len("  look at  "))
    if checked.hidden:
        return
    if q.counterexample is not None:
        example = q.counterexample
        yield from (f"  {printable(line)}" for line in example.repro.split("\n"))
        yield f"  # gave {printable(' '.join(example.actual.split()))}"
    if q.output.strip():
        yield "  printed"
        lines = q.output.strip().split("\n")
        yield from (f"    {printable(line)}" for line in lines[:MOST_LINES])
        yield from ["    ..."] * (len(lines) > MOST_LINES)


def _table(questions: Sequence[QuestionMark]) -> str:
    rows = [["function", *CHECKS]]
    for q in questions:
        seen = {check.check: check for check in q.checks if not q.unwritten}
        rows.append([q.function, *(_cell(seen.get(check)) for check in CHECKS)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _cell(check: CheckMark | None) -> str:
    """How a check ended; "-" where there was nothing to look at, as of a function that is not there."""
    if check is None or (check.outcome == "passed" and not check.share):
        return "-"
    return SAID[check.outcome]


def _wrapped(said: str, indent: str = "", further: str = "") -> str:
    width = min(shutil.get_terminal_size().columns, WIDEST)
    return "\n".join(
        wrap(said, width, initial_indent=indent, subsequent_indent=further, break_long_words=False)
    )


# -- on a terminal that lacks the signs of a formula

PLAIN: Final = {
    **{"∂": "d", "ι": "iota", "λ": "lambda", "∞": "inf", "√": "sqrt", "∑": "sum", "Σ": "sum", "∗": "*", "·": "*"},
    **{"×": "x", "−": "-", "–": "-", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "→": "->", "′": "'", "’": "'"},
    **{"ᵀ": "^T", "⁻": "^-", "∈": "in", "∇": "grad "},
}


def plain(sign: str) -> str:
    """Something of ASCII for a sign: its own letters, its name if it is Greek, or a question mark."""
    if sign in PLAIN:
        return PLAIN[sign]
    letters = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    name = unicodedata.name(sign, "").split()
    return letters or (name[-1].lower() if name[:1] == ["GREEK"] else "?")
