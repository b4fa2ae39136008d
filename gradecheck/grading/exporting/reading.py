"""Reads a run's results for an export: the students, and what each function was worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gradecheck.grading.classrun import codec
from gradecheck.grading.classrun.diff import SCHEMA, load, results_file
from gradecheck.grading.classrun.rows import Row
from gradecheck.grading.classrun.written import digest_of_marks, held, load_record
from gradecheck.grading.submissions.names import feedback_name, printable

FIGURES: Final = ("score", "machine_score", "deduction", "max_score")


@dataclass(frozen=True)
class Results:
    """A run.    folder: of its results.json.    worth: the most points of each function.    rows: a student each.

    ended: when, in ISO 8601; "" where the folder does not say.    submissions: how many there are.
    """

    folder: Path
    assignment: str
    title: str
    worth: Mapping[str, float]
    rows: tuple[Row, ...]
    ended: str = ""
    submissions: int = 0

    def feedback(self, row: Row, suffix: str) -> bytes | None:
        """The student's page, or None where there is none.    suffix: .md or .html"""
        path = self.folder / "feedback" / f"{feedback_name(row.submission or '', self.submissions)}{suffix}"
        return path.read_bytes() if row.submission and path.is_file() else None


def read(path: Path) -> Results:
    """The results at a path, a results.json or its folder.

    Raises ValueError for any others, and for those that are older than marks.toml.
    """
    file = results_file(path)
    found = load(file)
    if found["schema"] != SCHEMA:
        was = f"has schema {found['schema']}, which knows no students"
        raise ValueError(f"results: {file} {was}, but should have schema {SCHEMA}; grade again")
    try:
        rows = tuple(_row(data) for data in found["students"])
        worth = _worth(found["submissions"])
        name = str(found["assignment"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"results: {file} cannot be read ({error}), but should be a results.json of gradecheck grade"
        raise ValueError(msg) from error
    if not rows:
        raise ValueError(f"results: {file} has no students, but should have some; grade a class")
    kept = held(file.parent)
    title, count = kept[1] if kept else name, len(found["submissions"])
    return Results(file.parent, name, title, worth, rows, _ended(file), count)


def _ended(file: Path) -> str:
    """When the run ended, "" where the folder does not say. Raises ValueError where marks.toml is newer."""
    try:
        record = load_record(file)
    except ValueError:
        return ""
    if digest_of_marks(file.parent) != record.marks:
        raise ValueError("results: marks.toml was changed after they were written; run gradecheck grade again")
    return record.ended


def _row(data: Mapping[str, Any]) -> Row:
    """A number that somebody wrote without a point is one, too."""
    figures = {key: _figure(data[key]) for key in FIGURES}
    points = {function: _figure(given) for function, given in data["points"].items()}
    return codec.decode(Row, {**data, **figures, "points": points})


def _figure(given: Any) -> Any:
    return float(given) if type(given) is int else given


def _worth(submissions: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """In the order of the assignment."""
    return {q["function"]: float(q["max_points"]) for s in submissions for q in s["questions"]}


# -- what is said of a student


def why_none(row: Row) -> str:
    """Why a student has no score that can be given; "" where there is one. What we did not judge is never a 0."""
    if row.excused:
        return "excused"
    if row.whole or (row.score is not None and None not in row.points.values()):
        return ""
    return "handed in nothing" if row.status == "nothing" else "not judged"


def due(row: Row) -> bool:
    """Whether a platform should know of a student: the score, or that there is none on purpose."""
    return row.excused or not why_none(row)


def why_no_points(row: Row, platform: str) -> str:
    """For platforms that add up the points of the functions: why a score is not told by them; "" where it is."""
    return f"has a score of the whole, and {platform} takes points of functions" if row.whole else ""


def figure(x: float) -> str:
    """Points as every importer reads them: with a point, and no exponent."""
    return f"{x:.6f}".rstrip("0").rstrip(".")


def called(row: Row) -> str:
    """A student for people: the name, and the id where that says more."""
    return printable(row.name if row.id in (row.name, "") else f"{row.name} ({row.id})")
