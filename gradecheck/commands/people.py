"""Options that say who handed in what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradecheck.commands.common import Usage

if TYPE_CHECKING:
    from gradecheck.grading.assignments.assignment import Assignment
    from gradecheck.grading.people.reading import Class, Rules

Roster = click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV file of who is in the class, as any platform exports it.",
)
Names = click.option(
    "--names",
    default="",
    metavar="RULE",
    help="How hand-ins are named: a platform, plain, sections, or a regular expression with named groups such as "
    "student, attempt, time.  [default: recognised]",
)


def rules(asked: Assignment, names: str, roster: Path | None) -> Rules:
    """How to find out who handed in what."""
    from gradecheck.grading.people.reading import Rules
    from gradecheck.grading.people.roster import decoded

    found = with_deadline(Rules(names), asked)
    if roster is None:
        return found
    try:
        return replace(found, roster=decoded(roster.read_bytes()), file=roster.name)
    except OSError as error:
        raise Usage(f"roster: {roster} cannot be read ({error.strerror}); name another file") from error


def with_deadline(found: Rules, asked: Assignment) -> Rules:
    """The same with what the assignment says on people."""
    said = asked.people
    return replace(found, groups=said.groups, deadline=said.deadline, late_costs=said.late is not None)


def people_of(paths: Sequence[Path], leave: Sequence[Path], found: Rules, asked: Assignment) -> Class:
    """The class at the paths. Raises ValueError and OSError as its reading does."""
    from gradecheck.grading.people.reading import read

    return read(paths, leave, found, asked.name, asked.names)
