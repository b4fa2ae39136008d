"""Who marks a class: processes on this machine, or anything else with the same interface."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, Self

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.classrun.pool import Pool, Work
from gradecheck.grading.jail.process import Isolation


class Carried(Work, Protocol):
    """Work that another machine can do, too."""

    @property
    def assignment(self) -> Assignment: ...

    @property
    def isolation(self) -> Isolation: ...

    def whole(self) -> Self:
        """The same with everything that this machine has on disk."""

    def under(self, isolation: Isolation) -> Self:
        """The same under the isolation of another machine, whose words name that machine's files."""


class Markers(Protocol):
    """Markers that do the tasks of any work."""

    @property
    def jobs(self) -> int:
        """How many tasks are done at a time."""

    def run(self, work: Carried, tasks: Iterable[tuple[int, Any]], seconds: float) -> Iterator[tuple[int, Any]]:
        """Every task's number with its result, or Lost, in the order in which they end.

        A task is taken from `tasks` when a marker is free for it. seconds: for one task; longer is a fault of ours.
        Raises MarkerError where nothing can be marked.
        """


@dataclass(frozen=True)
class Here:
    """So many processes of our own on this machine."""

    jobs: int

    def run(self, work: Carried, tasks: Iterable[tuple[int, Any]], seconds: float) -> Iterator[tuple[int, Any]]:
        return Pool(work, self.jobs, seconds).run(tasks)
