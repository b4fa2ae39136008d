"""Marks one question anew, and keeps every other mark of an earlier run."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.bank import digests
from gradecheck.grading.classrun import codec
from gradecheck.grading.classrun.journal import Journal
from gradecheck.grading.classrun.run import Graded
from gradecheck.grading.classrun.written import RunRecord
from gradecheck.grading.marks import SubmissionMark
from gradecheck.grading.submissions.names import printable
from gradecheck.verifying.wording import number


def check(question: str, old: Assignment, new: Assignment) -> None:
    """Raises ValueError where the question is not there, or another one would get other points."""
    before, after = ({q.name: q.points for q in asked.questions} for asked in (old, new))
    if question not in before or question not in after:
        raise ValueError(f"question: {question!r} is not asked, but should be one of {', '.join(after)}")
    for name in {**before, **after}:
        if name != question and before.get(name) != after.get(name):
            was = f"has {_said(before.get(name))} in the results, and {_said(after.get(name))} in the assignment"
            raise ValueError(f"question: {name} {was}, but should be as it was: only {question} is marked anew")


def _said(points: float | None) -> str:
    return "no points" if points is None else f"{number(points)} points"


@dataclass(frozen=True)
class Earlier:
    """The marks of an earlier run, in its journal.    judged: the submissions that have to be there."""

    journal: Journal
    record: RunRecord
    judged: Collection[str]

    def mark(self, name: str, content: str | None) -> SubmissionMark | None:
        """The mark of that submission; None where it has changed since, or was not judged.

        Raises ValueError where the journal lost it.
        """
        if content is None or self.record.contents.get(name) != content:
            return None
        key = digests.of(self.record.key, name, content)
        if key in self.journal:
            return codec.decode(SubmissionMark, json.loads(self.journal[key]))
        if name in self.judged:
            raise ValueError(f"results: the mark of {printable(name)} is not in the journal beside them; grade again")
        return None


def judged(results: Mapping[str, Any]) -> frozenset[str]:
    """The submissions of a results.json in which everything was judged."""
    return frozenset(
        s["submission"]
        for s in results["submissions"]
        if s["status"] == "graded" and all(q["outcome"] != "fault" for q in s["questions"])
    )


def keep_others(graded: Graded, journal: Journal, question: str, earlier: Earlier) -> None:
    """Put the earlier marks of all other questions into the journal of this run. Raises as `Earlier.mark`."""
    for key, new in zip(graded.records.keys, graded.mark.submissions, strict=True):
        old = earlier.mark(new.submission, graded.contents.get(new.submission))
        if key is not None and old is not None and old.status == new.status == "graded":
            journal.add(key, json.dumps(codec.encode(_merged(old, new, question))))


def _merged(old: SubmissionMark, new: SubmissionMark, question: str) -> SubmissionMark:
    anew = {q.function: q for q in new.questions}
    questions = tuple(anew[q.function] if q.function == question else q for q in old.questions)
    return replace(old, questions=questions, max_score=new.max_score)
