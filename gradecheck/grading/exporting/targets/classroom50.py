"""Classroom 50: a result.json for each repository, by schemas/result-v1.schema.json of foundation50/classroom50.

Its scores are whole numbers, so they are hundredths of a point. What only a run in Classroom 50 has, the links of a
release, is called as its own page calls it for a mark that was given by hand: submit/manual-TIME.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from gradecheck.grading.classrun.rows import Row
from gradecheck.grading.exporting import perstudent
from gradecheck.grading.exporting.perstudent import Document
from gradecheck.grading.exporting.reading import Results
from gradecheck.grading.exporting.target import Export, Request, Target

SCALE: Final = 100
SCHEMA: Final = "classroom50/result/v1"
CLOCK: Final = "%Y-%m-%dT%H:%M:%SZ"


def make(request: Request) -> Export:
    found = request.results
    if not found.ended:
        raise ValueError(f"{found.folder} has no run.json, but should have it: it says when the marks were given")
    ended = _clock(found.ended)
    export = perstudent.documents(
        found,
        _name,
        lambda row, score: _document(row, score, found, ended),
        lambda row: perstudent.over(row, found),
    )
    return Export(export.content, (f"scores are points times {SCALE}", *export.said), export.missed)


def _names(row: Row) -> tuple[str, str, str] | None:
    """The classroom, the assignment and the owner, from the repository's name; None where it is none."""
    owner = row.platform.get("login", "")
    classroom, _, assignment = row.platform.get("file", "").removesuffix(f"-{owner}").partition("-")
    return (classroom, assignment, owner) if owner and classroom and assignment else None


def _name(row: Row) -> str | None:
    names = _names(row)
    return None if names is None else f"{'-'.join(names)}/result.json"


def _document(row: Row, score: float, results: Results, ended: str) -> Document:
    names = _names(row)
    assert names is not None
    classroom, assignment, owner = names
    tag = f"submit/manual-{ended.replace(':', '-')}"
    return {
        "schema": SCHEMA,
        "classroom": classroom,
        "assignment": assignment,
        "assignment_type": "group" if row.group else "individual",
        "owner": owner,
        "submission": tag,
        **dict.fromkeys(("commit", "release", "review"), tag),
        "datetime": _clock(row.handed_in) if row.handed_in else ended,
        "score": _whole(score),
        "max-score": _whole(row.max_score),
        "tests": [
            {"test-name": name, "passed": points >= worth, "score": _whole(points), "max-score": _whole(worth)}
            for name, points, worth in perstudent.each(row, results)
        ],
    }


def _whole(points: float) -> int:
    return round(points * SCALE)


def _clock(iso: str) -> str:
    """In UTC; a time without a zone is taken for that."""
    when = datetime.fromisoformat(iso)
    return (when.astimezone(UTC) if when.tzinfo else when).strftime(CLOCK)


TARGET: Final = Target("classroom50", make)
