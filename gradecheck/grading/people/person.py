"""The people of a class and what they handed in, as frozen records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Roster = Literal["on", "off", ""]
"""Whether a student is on the roster; "" where there is none."""


@dataclass(frozen=True)
class Attempt:
    """One hand-in.    submission: its name in the results.    student: the id of whose it is, or the group's name.

    number: among the student's, from 1, the oldest first.    handed_in: ISO 8601, "" where unknown.
    late: as the platform says.    platform: what its name held, and an export needs.
    """

    submission: str
    student: str
    number: int = 1
    handed_in: str = ""
    late: bool = False
    platform: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Student:
    """One person. A text is "" where it is unknown. attempts: in their order, alone and in groups."""

    id: str
    name: str
    email: str = ""
    login: str = ""
    section: str = ""
    group: str = ""
    roster: Roster = ""
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True)
class People:
    """All students of a run.    told: how they were found, for people; "" where every file is a student."""

    students: tuple[Student, ...] = ()
    told: str = ""

    @property
    def attempts(self) -> dict[str, Attempt]:
        """Every attempt, by the name of its submission. A group's has the lowest number that a member has for it."""
        found = [attempt for student in self.students for attempt in student.attempts]
        return {attempt.submission: attempt for attempt in sorted(found, key=lambda one: one.number, reverse=True)}


def alone(submissions: Iterable[str]) -> People:
    """Every submission as a student of its own."""
    return People(tuple(Student(name, name, attempts=(Attempt(name, name),)) for name in submissions))
