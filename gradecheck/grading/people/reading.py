"""Reads a class: what lies at its paths, and who handed it in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from gradecheck.grading.people import lateness, naming, roster
from gradecheck.grading.people.gathering import owners
from gradecheck.grading.people.joining import students
from gradecheck.grading.people.person import People
from gradecheck.grading.submissions.finding import Entry

EACH: Final = "every file is a student"


@dataclass(frozen=True)
class Rules:
    """How to find out who handed in what.    names: a rule, as of --names; "" to recognise it.

    roster: the text of a CSV file, None where there is none; file: its name, for messages.
    groups, deadline: as of the assignment.    late_costs: whether lateness takes points off.
    """

    names: str = ""
    roster: str | None = None
    file: str = ""
    groups: bool = False
    deadline: datetime | None = None
    late_costs: bool = False


@dataclass(frozen=True)
class Class:
    """entries: to mark, every attempt of every student.    people: whose they are."""

    entries: tuple[Entry, ...]
    people: People


def read(paths: Sequence[Path], leave: Collection[Path], rules: Rules, assignment: str, asked: frozenset[str]) -> Class:
    """The class at the paths. leave: paths to skip.    assignment: its name.    asked: names of functions.

    Raises ValueError with a sentence where it cannot be told who handed in what, OSError from the disk.
    """
    people = None if rules.roster is None else roster.read(rules.roster, rules.file)
    named = naming.named(paths, leave, rules.names, assignment, asked)
    found = owners(named)
    lateness.check(found, rules.deadline, rules.late_costs)
    entries = sorted((hand.entry for owner in found for hand in owner.hands), key=lambda entry: entry.name)
    whose = students(found, people, rules.groups)
    told = named.told or ("by what is called as on the roster" if people is not None else "")
    if people and found and not any(one.attempts for one in whose if one.roster == "on"):
        names = naming.few([owner.name for owner in found])
        raise ValueError(f"roster: nobody who handed in is on {rules.file}: {names}; name another file, or use --names")
    if rules.deadline is not None and lateness.unknown(found):
        told = f"{told or EACH}; without times, so that nobody is known to be late"
    if rules.groups and people is None:
        told = f"{told or EACH}; groups is true, but there is no roster that says who is in a group; give --roster"
    return Class(tuple(entries), People(whose, told))
