"""Marks as a table, as results.json and as gradebook.csv. Names come from strangers and are data everywhere."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from gradecheck.grading.marks import CheckMark, ClassMark, Counterexample, QuestionMark, SubmissionMark
from gradecheck.wording import number
from reports.document import SCHEMA, plain
from reports.tables import Table

MOST_NAMED: Final = 4
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def table(found: ClassMark) -> Table:
    """One row a submission."""
    rows = []
    for s in found.submissions:
        lost = [q.function for q in s.questions if q.points < q.max_points]
        if len(lost) > MOST_NAMED:
            lost = [*lost[:MOST_NAMED], f"{len(lost) - MOST_NAMED} more"]
        score = number(s.score) if s.status == "graded" else "-"
        said = ", ".join(lost) if s.status == "graded" else "; ".join(s.notes)
        rows.append((_printable(s.submission), s.status, score, number(s.max_score), _printable(said)))
    return Table(("submission", "status", "score", "of", "points lost in"), rows)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def results(found: ClassMark) -> str:
    """results.json, schema 1."""
    document = {
        "schema": SCHEMA,
        "assignment": found.assignment,
        "seed": found.seed,
        "isolation": found.isolation,
        "submissions": [_submission(s) for s in found.submissions],
    }
    return json.dumps(plain(document), indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def _submission(s: SubmissionMark) -> dict[str, Any]:
    return {
        "submission": s.submission,
        "status": s.status,
        "score": s.score,
        "max_score": s.max_score,
        "questions": [_question(q) for q in s.questions],
        "notes": s.notes,
    }


def _question(q: QuestionMark) -> dict[str, Any]:
    return {
        "function": q.function,
        "points": q.points,
        "max_points": q.max_points,
        "outcome": q.outcome,
        "checks": [_check(c) for c in q.checks],
        "rationale": q.rationale,
        "help": q.help,
        "diagnosis": q.diagnosis,
        "counterexample": _counterexample(q.counterexample),
        "followed": q.followed,
        "output": q.output,
    }


def _check(c: CheckMark) -> dict[str, Any]:
    return {"check": c.check, "outcome": c.outcome, "rationale": c.rationale}


def _counterexample(c: Counterexample | None) -> dict[str, Any] | None:
    if c is None:
        return None
    arguments = {name: x.tolist() if isinstance(x, np.ndarray) else x for name, x in c.arguments.items()}
    return {"arguments": arguments, "expected": c.expected, "actual": c.actual, "repro": c.repro}


def gradebook(found: ClassMark) -> str:
    """gradebook.csv: a row a submission, a column a question; every text safe to open in a spreadsheet."""
    functions: Sequence[str] = next(([q.function for q in s.questions] for s in found.submissions if s.questions), [])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["submission", "status", "score", "max_score", *functions])
    for s in found.submissions:
        points = {q.function: number(q.points) for q in s.questions}
        graded = s.status == "graded"
        cells = [points[f] if graded else "" for f in functions]
        score = number(s.score) if graded else ""
        writer.writerow([cell(s.submission), s.status, score, number(s.max_score), *cells])
    return out.getvalue()


def cell(text: str) -> str:
    """A stranger's text as one that no spreadsheet takes for a formula."""
    text = _printable(text)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
