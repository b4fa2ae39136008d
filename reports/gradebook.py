"""Marks as a table and as results.json. Names come from strangers, and are escaped.

Every field of results.json, schema 2, which does not change:

    schema, assignment, seed, isolation, students, submissions
    of a student         id, name, email, login, section, group: texts, "" where unknown;
                         submission: the one that counts, null where nothing was handed in; attempt: its number;
                         attempts: how many; late; handed_in: ISO 8601, or ""; roster: on, off, or "" without one;
                         status: of that submission, or nothing; score, max_score; machine_score: before the teacher;
                         deduction: points that lateness took off the score;
                         points: by function; excused, comment, changed: by the teacher;
                         whole: whether the teacher gave the score as a whole;
                         platform: what the name of the hand-in that counts held, and an export needs
    of a submission      submission: its path below what was given, or its student's name where a platform's names
                         were read; student: the id, or the group's name; attempt: its number, the oldest is 1;
                         counts: whether it is its student's mark; status: graded, unreadable, fault;
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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

import numpy as np

from gradecheck.grading.classrun.diff import SCHEMA
from gradecheck.grading.classrun.rows import Row
from gradecheck.grading.marks import CheckMark, ClassMark, Counterexample, QuestionMark, SubmissionMark
from gradecheck.grading.people.person import Attempt
from gradecheck.grading.submissions.names import printable
from gradecheck.verifying.wording import points
from reports.document import lined
from reports.tables import Table

MOST_SAID: Final = 30  # characters of the names of functions in a row


def table(found: ClassMark, rows: Sequence[Row]) -> Table:
    """One row a student."""
    notes: dict[str, str] = {}
    most: dict[str, float] = {}
    for s in found.submissions:
        most |= {q.function: q.max_points for q in s.questions}
        if s.status != "graded":
            notes[s.submission] = "; ".join(s.notes)
    told = [(row, notes.get(row.submission or "") or _some(_lost(row, most))) for row in rows]
    return Table(
        ("student", "score", "points lost in"),
        [(printable(row.name), _score(row), printable(said)) for row, said in told],
    )


def told(row: Row) -> list[str]:
    """A student's score, and below it what the teacher changed, as lines."""
    return [f"{printable(row.name)}: {_score(row)}", *(f"  {printable(line)}" for line in row.said)]


def _score(row: Row) -> str:
    if row.excused:
        return "excused by the teacher"
    if row.has_nothing:
        return "handed in nothing"
    score = row.status if row.score is None else f"{points(row.score)} of {points(row.max_score)}"
    late = f"late, {points(row.deduction)} off" if row.deduction else "late" * row.late
    score += " (teacher)" * (row.score != row.machine_score)
    return ", ".join([score, *[late] * bool(late), *[f"attempt {row.attempt} of {row.attempts}"] * (row.attempts > 1)])


def _lost(row: Row, most: Mapping[str, float]) -> list[str]:
    """The functions in which points are lost."""
    return [function for function, own in row.points.items() if (own or 0.0) < most.get(function, 0.0)]


def _some(functions: list[str]) -> str:
    """As many of the names as fit in a row."""
    count = len(functions)
    while count > 1 and len(", ".join(functions[:count])) > MOST_SAID:
        count -= 1
    return ", ".join([*functions[:count], *[f"{len(functions) - count} more"] * (count < len(functions))])


# -- results.json


def results(found: ClassMark, attempts: Mapping[str, Attempt], rows: Sequence[Row]) -> Iterator[str]:
    """results.json, piece by piece: a class need not fit into memory. attempts: by submission."""
    counting = {row.submission for row in rows}
    head = {"schema": SCHEMA, "assignment": found.assignment, "seed": found.seed, "isolation": found.isolation}
    yield lined(head).removesuffix("\n}") + ',\n "students": ['
    yield from _items(asdict(row) for row in rows)
    yield '],\n "submissions": ['
    yield from _items(_submission(s, attempts[s.submission], s.submission in counting) for s in found.submissions)
    yield "]\n}\n"


def _items(documents: Iterable[dict[str, Any]]) -> Iterator[str]:
    """What stands between the brackets of a list, piece by piece."""
    between = "\n  "
    for document in documents:
        yield between + lined(document, "\n  ")
        between = ",\n  "
    if between != "\n  ":
        yield "\n "


def _submission(s: SubmissionMark, attempt: Attempt, counts: bool) -> dict[str, Any]:
    return {
        "submission": s.submission,
        "student": attempt.student,
        "attempt": attempt.number,
        "counts": counts,
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
