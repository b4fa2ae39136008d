"""The second phase of a run: when all marks are there, looks for what makes the wrong functions right, in parallel."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.bank import digests
from gradecheck.grading.bank import store as banks
from gradecheck.grading.bank.store import Bank
from gradecheck.grading.classrun import codec, repairing
from gradecheck.grading.classrun.journal import Journal
from gradecheck.grading.classrun.pool import Lost, MarkerError
from gradecheck.grading.classrun.run import Graded, Marks, Records, Run, longest
from gradecheck.grading.classrun.summary import Searches
from gradecheck.grading.jail.process import Isolation
from gradecheck.grading.marks import SubmissionMark
from gradecheck.grading.submissions import items, submission
from gradecheck.grading.submissions.carried import UnreadableError
from gradecheck.grading.submissions.finding import Entry
from gradecheck.grading.submissions.submission import Content


@dataclass(frozen=True)
class Task:
    """A marked submission, as it was read."""

    content: Content
    mark: SubmissionMark


@dataclass(frozen=True)
class Searching:
    """The work of a marker on a task.    bank, fresh: if they are not on disk."""

    assignment: Assignment
    isolation: Isolation
    bank: Bank | None
    fresh: Bank | None

    def begin(self) -> tuple[Bank, Bank]:
        warnings.simplefilter("ignore")  # Python's warnings about strangers' code
        again = repairing.reseeded(self.assignment)
        return self.bank or banks.bank(self.assignment), self.fresh or banks.bank(again)

    def under(self, isolation: Isolation) -> Searching:
        return replace(self, isolation=isolation)

    def whole(self) -> Searching:
        bank, fresh = self.begin()
        return replace(self, bank=bank, fresh=fresh)

    def task(self, ready: tuple[Bank, Bank], given: Task) -> str | Lost:
        """The mark with what was found, as JSON."""
        source = submission.parse(given.content, self.assignment.names, self.assignment.file)
        found = repairing.searched(given.mark, source, self.assignment, *ready, self.isolation)
        return Lost(found.lost) if found.lost else json.dumps(codec.encode(found.mark))


def search(run: Run, graded: Graded, journal: Journal, ended: Callable[[str], None] = lambda name: None) -> Graded:
    """The same marks with what was found. ended: is called with the name of each submission.

    A search that is lost leaves its mark as it is. Raises OSError where the journal cannot be written.
    """
    started = perf_counter()
    keys, texts = list(graded.records.keys), dict(graded.records.texts)
    left: dict[int, str | None] = {}
    for i, mark in enumerate(graded.mark.submissions):
        if repairing.wrong(mark, run.assignment):
            key = _key(keys[i], run.assignment)
            if key is None or key not in journal:
                left[i] = key
                continue
            keys[i] = key
        ended(run.entries[i].name)
    lost = []
    try:
        for i, answer in _answers(run, graded, left):
            key = left[i]
            if isinstance(answer, Lost):
                lost.append(answer.how)
            elif key is None:
                texts[i] = answer
            else:
                journal.add(key, answer)
                keys[i] = key
            ended(run.entries[i].name)
    except MarkerError as error:
        lost.append(str(error))
    records = Records(keys, texts)
    searches = Searches(len(left), tuple(sorted(lost)), perf_counter() - started)
    marks = replace(graded.mark, submissions=Marks(journal, records))
    return replace(graded, mark=marks, records=records, searches=searches)


def _key(of_mark: str | None, assignment: Assignment) -> str | None:
    """The key of the record with what was found: beside what the mark depends on it depends on the time."""
    return None if of_mark is None else digests.of(of_mark, assignment.diagnosis_seconds)


def _answers(run: Run, graded: Graded, left: Mapping[int, str | None]) -> Iterator[tuple[int, Any]]:
    if not left:
        return
    from gradecheck.grading.repair.search import BACKSTOP  # most runs have nothing left to search

    asked = run.assignment
    work = Searching(asked, run.isolation, banks.prepare(asked), banks.prepare(repairing.reseeded(asked)))
    lost: list[tuple[int, Lost]] = []

    def tasks() -> Iterator[tuple[int, Task]]:
        for i, mark in enumerate(graded.mark.submissions):
            if i in left:
                content = _content(run.entries[i], graded.contents)
                if isinstance(content, Lost):
                    lost.append((i, content))
                else:
                    yield i, Task(content, mark)

    yield from run.markers.run(work, tasks(), longest(asked) + BACKSTOP * asked.diagnosis_seconds)
    yield from lost


def _content(entry: Entry, marked: Mapping[str, str]) -> Content | Lost:
    """What was handed in, once more.    marked: the digests of what was marked."""
    try:
        content = items.content(entry.items)
    except (UnreadableError, OSError) as error:
        return Lost(f"{entry.name} cannot be read any more ({error})")
    same = digests.content(content) == marked[entry.name]
    return content if same else Lost(f"{entry.name} was changed after it was marked")
