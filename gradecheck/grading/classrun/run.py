"""Marks a whole class: every submission that the journal lacks, in parallel, whatever happens to one of them."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from time import perf_counter
from types import MappingProxyType
from typing import Any, Final

from gradecheck.grading.assignments.assignment import Assignment, Written
from gradecheck.grading.bank import digests
from gradecheck.grading.bank import store as banks
from gradecheck.grading.bank.store import Bank
from gradecheck.grading.classrun import codec
from gradecheck.grading.classrun.grade import fault, grade_content, unreadable
from gradecheck.grading.classrun.journal import Journal
from gradecheck.grading.classrun.markers import Markers
from gradecheck.grading.classrun.pool import Lost
from gradecheck.grading.classrun.summary import Searches
from gradecheck.grading.jail.process import Isolation
from gradecheck.grading.marks import ClassMark, SubmissionMark
from gradecheck.grading.people.person import People
from gradecheck.grading.submissions import items
from gradecheck.grading.submissions.carried import UnreadableError
from gradecheck.grading.submissions.finding import Entry
from gradecheck.grading.submissions.submission import Content

NO_MARKS: Final = ("diagnosis_seconds", "hint", "people")
"""Settings on which no mark depends."""


@dataclass(frozen=True)
class Run:
    """What is to be marked, and how. written: the assignment's file.

    said: narrows its inputs further.    people: whose the entries are.
    markers: who marks.    key: a digest of all that marks depend on, without the submission itself.
    """

    entries: Sequence[Entry]
    assignment: Assignment
    written: Written
    isolation: Isolation
    markers: Markers
    said: Mapping[str, Any] = field(default_factory=dict)
    people: People = field(default_factory=People)

    @cached_property
    def key(self) -> str:
        return digests.of(
            digests.code(*self.assignment.packs),
            dict(digests.versions()),
            {key: value for key, value in digests.settings(self.assignment).items() if key not in NO_MARKS},
            self.isolation.mode,
            self.isolation.line,
        )


@dataclass(frozen=True)
class Records:
    """Where each mark of a run is, by position.

    keys: in the journal; None for the few that are not kept there.    texts: these.
    """

    keys: Sequence[str | None]
    texts: Mapping[int, str]


@dataclass(frozen=True)
class Graded:
    """A run that has ended. marked: in this run; reused: from the journal; faults: not judged, or not completely.

    seconds: of the marking, without the search for repairs.
    contents: a digest of each submission that can be read.
    """

    mark: ClassMark
    marked: int
    reused: int
    faults: int
    seconds: float
    contents: Mapping[str, str]
    records: Records = Records((), MappingProxyType({}))
    searches: Searches = field(default_factory=Searches)


@dataclass(frozen=True)
class Done:
    """A mark as JSON. key: in the journal; None for a fault, and for a submission that cannot be read."""

    key: str | None
    text: str
    fault: bool


def _done(mark: SubmissionMark, key: str | None = None) -> Done:
    fault = mark.status == "fault" or any(q.outcome == "fault" for q in mark.questions)
    return Done(None if fault else key, json.dumps(codec.encode(mark)), fault)


@dataclass(frozen=True)
class Task:
    """A submission to be marked, as it was read.    key: of its mark in the journal."""

    name: str
    content: Content
    key: str


@dataclass(frozen=True)
class Marking:
    """The work of a marker on a task.    bank: if it is not on disk."""

    assignment: Assignment
    isolation: Isolation
    bank: Bank | None

    def begin(self) -> tuple[Assignment, Bank]:
        warnings.simplefilter("ignore")  # Python's warnings about strangers' code
        return self.assignment, self.bank or banks.bank(self.assignment)

    def under(self, isolation: Isolation) -> Marking:
        return replace(self, isolation=isolation)

    def whole(self) -> Marking:
        return replace(self, bank=self.bank or banks.bank(self.assignment))

    def task(self, ready: tuple[Assignment, Bank], given: Task) -> Done:
        assignment, bank = ready
        return _done(grade_content(given.name, given.content, assignment, bank, self.isolation), given.key)


class Marks(Collection[SubmissionMark]):
    """The marks of a run in the order of its submissions, read from the journal on every pass."""

    def __init__(self, journal: Journal, records: Records) -> None:
        self._journal, self._records = journal, records

    def __len__(self) -> int:
        return len(self._records.keys)

    def __iter__(self) -> Iterator[SubmissionMark]:
        for i, key in enumerate(self._records.keys):
            text = self._records.texts[i] if key is None else self._journal[key]
            yield codec.decode(SubmissionMark, json.loads(text))

    def __contains__(self, mark: object) -> bool:
        return any(mark == own for own in self)


@dataclass
class _Kept:
    """What is kept of a run while it goes on.

    keys, texts: as of Records.    contents, reused, faults: as of Graded.
    """

    run: Run
    journal: Journal
    ended: Callable[[str], None]
    keys: list[str | None]
    texts: dict[int, str] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    reused: int = 0
    faults: int = 0

    def unmarked(self) -> Iterator[tuple[int, Task]]:
        """Every submission that the journal lacks. Each is read when its turn comes, and only then is it in memory."""
        for i, entry in enumerate(self.run.entries):
            try:
                content = items.content(entry.items)
            except (UnreadableError, OSError) as error:
                self.add(i, _done(unreadable(entry.name, self.run.assignment, error)))
                continue
            self.contents[entry.name] = digests.content(content)
            key = digests.of(self.run.key, entry.name, self.contents[entry.name])
            if key not in self.journal:
                yield i, Task(entry.name, content, key)
                continue
            self.keys[i] = key
            self.reused += 1
            self.ended(entry.name)

    def add(self, i: int, done: Done) -> None:
        if done.key is None:
            self.texts[i] = done.text
        else:
            self.journal.add(done.key, done.text)
        self.keys[i] = done.key
        self.faults += done.fault
        self.ended(self.run.entries[i].name)


def grade(run: Run, journal: Journal, ended: Callable[[str], None] = lambda name: None) -> Graded:
    """Mark every submission of the run that the journal lacks. ended: is called with the name of each.

    Raises MarkerError where nothing can be marked, OSError where the journal cannot be written.
    """
    started = perf_counter()
    kept = _Kept(run, journal, ended, [None] * len(run.entries))
    for i, answer in _marked(run, kept.unmarked()):
        lost = isinstance(answer, Lost)
        kept.add(i, _done(fault(run.entries[i].name, run.assignment, answer.how)) if lost else answer)
    asked, records = run.assignment, Records(kept.keys, kept.texts)
    mark = ClassMark(asked.name, asked.title, asked.seed, run.isolation.line, Marks(journal, records))
    marked, seconds = len(run.entries) - kept.reused, perf_counter() - started
    return Graded(mark, marked, kept.reused, kept.faults, seconds, kept.contents, records)


def _marked(run: Run, tasks: Iterator[tuple[int, Task]]) -> Iterator[tuple[int, Any]]:
    first = next(tasks, None)
    if first is not None:  # else no bank is needed
        work = Marking(run.assignment, run.isolation, banks.prepare(run.assignment))
        yield from run.markers.run(work, chain([first], tasks), longest(run.assignment))


def longest(assignment: Assignment) -> float:
    """The seconds for marking one submission, if every function takes its full time; longer is a fault of ours."""
    from gradecheck.grading.classrun.marking import limits_of

    limits = limits_of(assignment)
    return 60 + (limits.function + limits.most + 2 * limits.load) * len(assignment.questions)
