"""What a run kept of itself, to do the same again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradecheck.commands.common import Usage
from gradecheck.commands.narrowing import parsed_assignment
from gradecheck.commands.people import with_deadline

if TYPE_CHECKING:
    from gradecheck.grading.assignments.assignment import Assignment, Written
    from gradecheck.grading.classrun.written import RunRecord
    from gradecheck.grading.people.reading import Rules


@dataclass(frozen=True)
class Recorded:
    """A run that was.    file: its results.json; results: what is in it.    source, asked: the assignment."""

    file: Path
    results: dict[str, Any]
    record: RunRecord
    paths: tuple[Path, ...]
    leave: tuple[Path, ...]
    source: Written
    asked: Assignment
    who: Rules


def recorded(place: Path) -> Recorded:
    """The run whose results.json, or its folder, that is. Raises Usage where it cannot be done again."""
    from gradecheck.grading.assignments.assignment import Written
    from gradecheck.grading.classrun import written
    from gradecheck.grading.classrun.diff import load, results_file
    from gradecheck.grading.people.reading import Rules

    file = results_file(place)
    try:
        results, record = load(file), written.load_record(file)
    except ValueError as error:
        raise Usage(str(error)) from error
    paths, leave = tuple(map(Path, record.paths)), tuple(map(Path, record.leave))
    for path in paths:
        if not path.exists():
            raise Usage(f"path: {path} is not there any more, but should be where it was marked")
    source = Written(record.text, f"{record.assignment}.toml", record.folder, record.pack, record.beside)
    asked = parsed_assignment(source, record.said)
    who = with_deadline(Rules(record.names, record.roster, record.roster_file), asked)
    return Recorded(file, results, record, paths, leave, source, asked, who)
