"""Compares two runs: which grades changed, and what changed in them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SCHEMA: Final = 2
"""Of a results.json that is written now."""
READABLE: Final = (1, SCHEMA)
OF_PEOPLE: Final = ("student", "attempt", "counts")
"""What schema 2 adds to a submission: whose it is, and no grade."""
Pair = tuple[Any, Any]
"""The value in the old results, and in the new."""


@dataclass(frozen=True)
class QuestionChange:
    """One function of one submission. what: by name (outcome, diagnosis, check ...), old and new where they differ."""

    function: str
    points: tuple[float | None, float | None]
    what: Mapping[str, Pair]


@dataclass(frozen=True)
class SubmissionChange:
    """A submission, or a student, whose grade changed. status, score: None where it is not in those results.

    teacher: what the teacher changed since the old results, or took back.
    """

    submission: str
    status: tuple[str | None, str | None]
    score: tuple[float | None, float | None]
    questions: tuple[QuestionChange, ...]
    teacher: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """changes: of grades.   other: submissions with the same grade but other words.

    header: what differs between the runs themselves: assignment, seed, isolation.
    """

    header: Mapping[str, Pair]
    changes: tuple[SubmissionChange, ...]
    other: tuple[str, ...]
    submissions: int


def results_file(path: Path) -> Path:
    """The results.json at a path, which may be the folder that holds it."""
    return path / "results.json" if path.is_dir() else path


def load(path: Path) -> dict[str, Any]:
    """The results in that file. Raises ValueError for any other file."""
    file = results_file(path)
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if found["schema"] not in READABLE:
            should = " or ".join(map(str, READABLE))
            msg = f"results: {file} has schema {found['schema']!r}, but should have {should}"
            raise ValueError(msg)
        for row in found.get("students", ()):
            _ = row["id"], row["name"], row["submission"], row["status"], row["score"], row["max_score"]
        for s in found["submissions"]:
            _ = s["submission"], s["status"], s["score"], [q["function"] for q in s["questions"]]
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        why = error.strerror if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
        msg = f"results: {file} cannot be read ({why}), but should be a results.json of gradecheck grade"
        raise ValueError(msg) from error
    assert isinstance(found, dict)
    return found


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    """The differences from the old results to the new ones."""
    header = {
        key: (old.get(key), new.get(key)) for key in ("assignment", "seed", "isolation") if old.get(key) != new.get(key)
    }
    of_people = all("students" in results for results in (old, new))
    before, after = (_of_people(results) if of_people else _of_submissions(results) for results in (old, new))
    changes, other = [], []
    for name in {**before, **after}:
        a, b = before.get(name), after.get(name)
        if a == b:
            continue
        if a is None or b is None or _grade(a) != _grade(b):
            changes.append(_change(name, a or {}, b or {}))
        else:
            other.append(name)
    return Difference(header, tuple(changes), tuple(other), len({**before, **after}))


def _of_submissions(results: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The marks by the names of the submissions."""
    return {
        s["submission"]: {key: value for key, value in s.items() if key not in OF_PEOPLE}
        for s in results["submissions"]
    }


def _of_people(results: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The marks that count by the names of the students, with an id where two have the same name."""
    marks = _of_submissions(results)
    names = Counter(row["name"] for row in results["students"])
    return {
        row["name"] if names[row["name"]] == 1 else f"{row['name']} ({row['id']})": {
            **marks.get(row["submission"], {"questions": []}),
            **{key: row[key] for key in ("submission", "status", "score", "max_score")},
            "changed": row.get("changed", []),
        }
        for row in results["students"]
    }


def _grade(s: Mapping[str, Any]) -> Any:
    points = {q["function"]: (q["points"], q["max_points"]) for q in s["questions"]}
    return s["status"], s["score"], s["max_score"], points


def _change(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> SubmissionChange:
    before, after = ({q["function"]: q for q in s.get("questions", ())} for s in (old, new))
    pairs = [(f, before.get(f, {}), after.get(f, {})) for f in {**before, **after}]
    return SubmissionChange(
        name,
        (old.get("status"), new.get("status")),
        (old.get("score"), new.get("score")),
        tuple(_question(f, a, b) for f, a, b in pairs if a != b) if old and new else (),
        tuple(_by_teacher(old.get("changed", ()), new.get("changed", ()))),
    )


def _by_teacher(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    yield from (f"the teacher: {line}" for line in new if line not in old)
    yield from (f"not any more the teacher: {line}" for line in old if line not in new)


def _question(function: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> QuestionChange:
    a, b = _facts(old), _facts(new)
    what = {key: (a.get(key), b.get(key)) for key in {**a, **b} if a.get(key) != b.get(key)}
    return QuestionChange(function, (old.get("points"), new.get("points")), what)


def _facts(question: Mapping[str, Any]) -> dict[str, Any]:
    """What decides a question's points."""
    facts = {key: question[key] for key in ("max_points", "outcome", "diagnosis") if question.get(key) is not None}
    facts |= {check["check"]: check["outcome"] for check in question.get("checks", ())}
    if question.get("followed"):
        facts["followed"] = ", ".join(question["followed"])
    return facts
