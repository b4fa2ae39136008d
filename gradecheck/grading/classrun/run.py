"""Marks a whole class: every submission that the journal lacks, in parallel, whatever happens to one of them."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
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
from gradecheck.grading.classrun.pool import Lost, Pool
from gradecheck.grading.classrun.summary import Searches
from gradecheck.grading.jail.process import Isolation
from gradecheck.grading.marks import ClassMark, SubmissionMark
from gradecheck.grading.people.person import People
from gradecheck.grading.submissions import items
from gradecheck.grading.submissions.carried import UnreadableError
from gradecheck.grading.submissions.finding import Entry

NO_MARKS: Final = ("diagnosis_seconds", "hint", "people")
"""Settings on which no mark depends."""


@dataclass(frozen=True)
class Run:
    """What is to be marked, and how. written: the assignment's file.

    said: narrows its inputs further.    people: whose the entries are.
    key: a digest of all that marks depend on, without the submission itself.
    """

    entries: Sequence[Entry]
    assignment: Assignment
    written: Written
    isolation: Isolation
    jobs: int
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
class Marking:
    """The work of a marker on an entry.    bank: if it is not on disk."""

    assignment: Assignment
    isolation: Isolation
    bank: Bank | None
    key: str

    def begin(self) -> tuple[Assignment, Bank]:
        warnings.simplefilter("ignore")  # Python's warnings about strangers' code
        return self.assignment, self.bank or banks.bank(self.assignment)

    def task(self, ready: tuple[Assignment, Bank], given: Entry) -> Done:
        assignment, bank = ready
        try:
            content = items.content(given.items)
        except (UnreadableError, OSError) as error:
            return _done(unreadable(given.name, assignment, error))
        mark = grade_content(given.name, content, assignment, bank, self.isolation)
        return _done(mark, digests.of(self.key, given.name, digests.content(content)))


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


def grade(run: Run, journal: Journal, ended: Callable[[str], None] = lambda name: None) -> Graded:
    """Mark every submission of the run that the journal lacks. ended: is called with the name of each.

    Raises MarkerError where nothing can be marked, OSError where the journal cannot be written.
    """
    started = perf_counter()
    contents, keys = _read_all(run)
    kept = [key if key is not None and key in journal else None for key in keys]
    waiting = [i for i, key in enumerate(kept) if key is None]
    for i, key in enumerate(kept):
        if key is not None:
            ended(run.entries[i].name)
    texts: dict[int, str] = {}
    faults = 0
    for i, answer in _marked(run, waiting):
        done = _done(fault(run.entries[i].name, run.assignment, answer.how)) if isinstance(answer, Lost) else answer
        if done.key is None:
            texts[i] = done.text
        else:
            journal.add(done.key, done.text)
        kept[i] = done.key
        faults += done.fault
        ended(run.entries[i].name)
    asked, marked, records = run.assignment, len(waiting), Records(kept, texts)
    mark = ClassMark(asked.name, asked.title, asked.seed, run.isolation.line, Marks(journal, records))
    return Graded(mark, marked, len(kept) - marked, faults, perf_counter() - started, contents, records)


def _read_all(run: Run) -> tuple[dict[str, str], list[str | None]]:
    """The digest of each submission, and the key of its mark in the journal."""
    contents: dict[str, str] = {}
    keys: list[str | None] = []
    for entry in run.entries:
        try:
            contents[entry.name] = digests.content(items.content(entry.items))
        except (UnreadableError, OSError):
            keys.append(None)
        else:
            keys.append(digests.of(run.key, entry.name, contents[entry.name]))
    return contents, keys


def _marked(run: Run, waiting: Sequence[int]) -> Iterable[tuple[int, Any]]:
    if not waiting:
        return ()
    work = Marking(run.assignment, run.isolation, banks.prepare(run.assignment), run.key)
    pool = Pool(work, min(run.jobs, len(waiting)), longest(run.assignment))
    return pool.run((i, run.entries[i]) for i in waiting)


def longest(assignment: Assignment) -> float:
    """The seconds for marking one submission, if every function takes its full time; longer is a fault of ours."""
    from gradecheck.grading.classrun.marking import limits_of

    limits = limits_of(assignment)
    return 60 + (limits.function + limits.most + 2 * limits.load) * len(assignment.questions)
