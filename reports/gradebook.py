"""Marks as a table, as results.json and as gradebook.csv. Names come from strangers, and are escaped.

Every field of results.json, schema 1, which does not change:

    schema, assignment, seed, isolation, submissions
    of a submission      submission: its path below what was given; status: graded, unreadable, fault;
                         score, max_score; questions; notes: on the file as a whole
    of a question        function, points, max_points; outcome: passed, wrong, error, limit, fault; checks;
                         rationale: what was found; help: what to look at next; diagnosis: the mistakes' names;
                         counterexample; followed: functions put right for it; output: what it printed;
                         repair: what makes it right; formula: what gives its values, where nothing else is known
    of a repair          changes; cases: how many pass with them; sure: whether nothing else was found
    of a change          where, before, after: the place and its lines; operator, kind: what is wrong; remedy
    of a check           check: correctness, edges, stability, hygiene; outcome; rationale
    of a counterexample  arguments by name; expected, actual: as texts; repro: a few lines of Python

null means none: a score or points that were not judged, no diagnosis, no counterexample, no repair.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from textwrap import indent
from typing import Any, Final

import numpy as np

from gradecheck.grading.marks import CheckMark, ClassMark, Counterexample, QuestionMark, SubmissionMark
from gradecheck.grading.submissions.names import printable
from gradecheck.verifying.wording import number, points
from reports.document import SCHEMA, plain
from reports.tables import Table

MOST_SAID: Final = 30  # characters of the names of functions in a row
BOM: Final = "\ufeff"  # without it Excel reads UTF-8 in the encoding of the system
FORMULA_STARTS: Final = tuple("=+-@\uff1d\uff0b\uff0d\uff20")  # and the same in full width


def table(found: ClassMark) -> Table:
    """One row a submission."""
    rows = []
    for s in found.submissions:
        if s.status == "graded":
            score = f"{points(s.score)} of {points(s.max_score)}"
            said = _some([q.function for q in s.questions if q.points < q.max_points])
        else:
            score, said = s.status, "; ".join(s.notes)
        rows.append((printable(s.submission), score, printable(said)))
    return Table(("submission", "score", "points lost in"), rows)


def _some(functions: list[str]) -> str:
    """As many of the names as fit in a row."""
    count = len(functions)
    while count > 1 and len(", ".join(functions[:count])) > MOST_SAID:
        count -= 1
    return ", ".join([*functions[:count], *[f"{len(functions) - count} more"] * (count < len(functions))])


# -- results.json


def results(found: ClassMark) -> Iterator[str]:
    """results.json, schema 1, piece by piece: a class need not fit into memory."""
    head = {
        "schema": SCHEMA,
        "assignment": found.assignment,
        "seed": found.seed,
        "isolation": found.isolation,
    }
    yield _dumps(head).removesuffix("\n}") + ',\n "submissions": ['
    between = "\n"
    for s in found.submissions:
        yield between + indent(_dumps(_submission(s)), "  ")
        between = ",\n"
    yield "\n ]\n}\n"


def _dumps(document: dict[str, Any]) -> str:
    return json.dumps(plain(document), indent=1, ensure_ascii=True, allow_nan=False)


def _submission(s: SubmissionMark) -> dict[str, Any]:
    return {
        "submission": s.submission,
        "status": s.status,
        "score": s.score if s.status == "graded" else None,  # not judged is not 0
        "max_score": s.max_score,
        "questions": [_question(q) for q in s.questions],
        "notes": s.notes,
    }


def _question(q: QuestionMark) -> dict[str, Any]:
    return {
        "function": q.function,
        "points": None if q.outcome == "fault" else q.points,
        "max_points": q.max_points,
        "outcome": q.outcome,
        "checks": [_check(c) for c in q.checks],
        "rationale": q.rationale,
        "help": q.help,
        "diagnosis": q.diagnosis,
        "counterexample": _counterexample(q.counterexample),
        "followed": q.followed,
        "output": q.output,
        "repair": None if q.repair is None else asdict(q.repair),
        "formula": q.formula,
    }


def _check(c: CheckMark) -> dict[str, Any]:
    return {"check": c.check, "outcome": c.outcome, "rationale": c.rationale}


def _counterexample(c: Counterexample | None) -> dict[str, Any] | None:
    if c is None:
        return None
    arguments = {name: x.tolist() if isinstance(x, np.ndarray) else x for name, x in c.arguments.items()}
    return {"arguments": arguments, "expected": c.expected, "actual": c.actual, "repro": c.repro}


# -- gradebook.csv


def gradebook(found: ClassMark, functions: tuple[str, ...]) -> Iterator[str]:
    """gradebook.csv: a row a submission, a column a function. What was not judged is empty, and never a 0."""
    yield BOM + _row("submission", "status", "score", "max_score", *functions)
    for s in found.submissions:
        own = {q.function: number(q.points) for q in s.questions if q.outcome != "fault"}
        score = number(s.score) if s.status == "graded" else ""
        yield _row(cell(s.submission), s.status, score, number(s.max_score), *(own.get(f, "") for f in functions))


def _row(*cells: str) -> str:
    """One line, with every cell in quotes: a spreadsheet that separates by semicolons does not split a cell."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(cells)
    return line.getvalue()


def cell(text: str) -> str:
    """A stranger's text, so that no spreadsheet takes it for a formula."""
    text = printable(text)
    return f"'{text}" if text.lstrip().startswith(FORMULA_STARTS) else text
