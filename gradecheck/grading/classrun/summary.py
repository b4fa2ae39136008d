"""The summary of a class's marks, as one frozen record; each mark is read once and not kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import TYPE_CHECKING, Final, TypeVar

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.classrun.bins import Bin, histogram
from gradecheck.grading.classrun.changed import ByTeacher, by_teacher
from gradecheck.grading.classrun.mistakes import CauseSummary, Mended, MistakeSummary
from gradecheck.grading.classrun.rows import Row
from gradecheck.grading.marks import Outcome, QuestionMark, SubmissionMark

if TYPE_CHECKING:  # reading results must work on systems that cannot mark
    from gradecheck.grading.classrun.run import Graded

UNSURE: Final = "Several changes make it right, and they say different things."


@dataclass(frozen=True)
class QuestionSummary:
    """One function over all graded submissions. share: mean of points / max_points.  seconds: mean of a submission."""

    function: str
    max_points: float
    share: float
    outcomes: Mapping[Outcome, int]
    seconds: float


@dataclass(frozen=True)
class NotGraded:
    """A submission without marks, and why."""

    submission: str
    status: str
    why: str


@dataclass(frozen=True)
class ToLookAt:
    """A graded submission that a person should look at, and why.

    not_judged: those of the reasons that tell of functions without marks.
    """

    submission: str
    why: tuple[str, ...]
    not_judged: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stranger:
    """Somebody who is not on the roster, and what counts of what was handed in."""

    name: str
    submission: str


@dataclass(frozen=True)
class PackageSummary:
    """A package that is not there when submissions are marked, how many import it, and which."""

    package: str
    count: int
    submissions: tuple[str, ...]


@dataclass(frozen=True)
class Searches:
    """The search for repairs. count: of submissions searched in this run.    lost: why each lost one found nothing."""

    count: int = 0
    lost: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class ClassSummary:
    """The summary of a class. mean, median, lowest, highest: of the graded scores, None where there are none.

    questions: the hardest first.   mistakes, packages: the most common first.   limits: of one question.
    marked: in this run; reused: marked by an earlier one, unchanged since.   seconds: of this run, on `jobs` markers.
    causes: beside the mistakes; the most common first.    searches: for repairs, after all marks were there.
    submissions and all that is counted in them: of the attempts that count. attempts: how many there are of all.
    students, mean, median, lowest, highest, histogram: of people.
    nothing: who of the roster handed in nothing, and has no word of the teacher in its place.
    strangers: who handed in and is not on the roster.    changed: by the teacher.
    """

    assignment: str
    title: str
    seed: int
    isolation: str
    limits: Mapping[str, float]
    submissions: int
    graded: int
    unreadable: int
    faults: int
    max_score: float
    mean: float | None
    median: float | None
    lowest: float | None
    highest: float | None
    histogram: tuple[Bin, ...]
    questions: tuple[QuestionSummary, ...]
    mistakes: tuple[MistakeSummary, ...]
    not_graded: tuple[NotGraded, ...]
    to_look_at: tuple[ToLookAt, ...]
    packages: tuple[PackageSummary, ...]
    marked: int
    reused: int
    jobs: int
    seconds: float
    causes: tuple[CauseSummary, ...] = ()
    searches: Searches = Searches()
    attempts: int = 0
    students: int = 0
    nothing: tuple[str, ...] = ()
    strangers: tuple[Stranger, ...] = ()
    changed: tuple[ByTeacher, ...] = ()


@dataclass
class _Question:
    """The sums for one function."""

    shares: list[float] = field(default_factory=list)
    seconds: float = 0.0
    outcomes: Counter[Outcome] = field(default_factory=Counter)

    def add(self, mark: QuestionMark) -> None:
        self.outcomes[mark.outcome] += 1
        self.seconds += mark.seconds
        if mark.outcome != "fault":
            self.shares.append(mark.points / mark.max_points)


class _Tally:
    """Adds up marks as they go by."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.status: Counter[str] = Counter()
        self.not_graded: list[NotGraded] = []
        self.to_look_at: list[ToLookAt] = []
        self._questions = {q.name: _Question() for q in assignment.questions}
        self._mistakes: dict[str, list[str]] = {}
        self._packages: dict[str, list[str]] = {}
        self._mended: dict[str, list[Mended]] = {}
        self._causes: dict[tuple[str, str], list[Mended]] = {}

    def add(self, mark: SubmissionMark) -> None:
        self.status[mark.status] += 1
        if mark.status != "graded":
            self.not_graded.append(NotGraded(mark.submission, mark.status, "; ".join(mark.notes)))
            return
        for question in mark.questions:
            self._questions[question.function].add(question)
            self._add_repair(mark.submission, question)
        for mistake in {name for question in mark.questions for name in question.diagnoses}:
            self._mistakes.setdefault(mistake, []).append(mark.submission)
        for package in set(mark.missing_packages):
            self._packages.setdefault(package, []).append(mark.submission)
        not_judged = _not_judged(mark.questions)
        if mark.look or not_judged:
            self.to_look_at.append(ToLookAt(mark.submission, (*mark.look, *not_judged), not_judged))

    def _add_repair(self, submission: str, question: QuestionMark) -> None:
        repair = question.repair
        if repair is not None:
            for mistake in question.diagnoses:
                self._mended.setdefault(mistake, []).append(Mended(submission, repair))
        what = question.formula if repair is None else repair.cause or UNSURE
        if what and not question.diagnoses:
            self._causes.setdefault((question.function, what), []).append(Mended(submission, repair))

    def hardest_first(self) -> tuple[QuestionSummary, ...]:
        found = []
        for question in self.assignment.questions:
            seen = self._questions[question.name]
            count = seen.outcomes.total()
            share = fmean(seen.shares) if seen.shares else 0.0
            seconds = seen.seconds / count if count else 0.0
            found.append(QuestionSummary(question.name, question.points, share, dict(seen.outcomes), seconds))
        return tuple(sorted(found, key=lambda q: q.share))

    def commonest_mistakes(self) -> tuple[MistakeSummary, ...]:
        names = {question.contract.name: question.name for question in self.assignment.questions}
        found = ((mistake, mistake.partition("/")[0], by) for mistake, by in _commonest(self._mistakes))
        return tuple(
            MistakeSummary(
                mistake=mistake,
                function=names.get(function, function),
                what=in_words(mistake),
                count=len(by),
                submissions=by,
                mended=tuple(self._mended.get(mistake, ())),
            )
            for mistake, function, by in found
        )

    def commonest_causes(self) -> tuple[CauseSummary, ...]:
        return tuple(CauseSummary(*cause, len(mended), mended) for cause, mended in _commonest(self._causes))

    def commonest_packages(self) -> tuple[PackageSummary, ...]:
        return tuple(PackageSummary(package, len(by), by) for package, by in _commonest(self._packages))


Key = TypeVar("Key", str, tuple[str, str])
Found = TypeVar("Found")


def _commonest(found: Mapping[Key, Sequence[Found]]) -> list[tuple[Key, tuple[Found, ...]]]:
    """Every key with all that it has, where there is most of it first."""
    return [(key, tuple(by)) for key, by in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))]


def _not_judged(questions: Iterable[QuestionMark]) -> tuple[str, ...]:
    """Why functions were not judged; those with the same reason together."""
    alike: dict[str, list[str]] = {}
    for question in questions:
        if question.outcome == "fault":
            alike.setdefault(question.rationale, []).append(question.function)
    return tuple(f"{', '.join(functions)}: {why}" for why, functions in alike.items())


def in_words(mistake: str) -> str:
    """The sentence for a mistake's id."""
    from gradecheck.packs import catalogues

    found = catalogues.mistake(mistake)
    return found.gist if found is not None else mistake.partition("/")[2].replace("-", " ")


def summarise(assignment: Assignment, graded: Graded, jobs: int, rows: Sequence[Row]) -> ClassSummary:
    """The summary of a run's marks. rows: of its students."""
    tally = _Tally(assignment)
    counting = {row.submission for row in rows}
    for mark in graded.mark.submissions:
        if mark.submission in counting:
            tally.add(mark)
    scores, status = [row.score for row in rows if row.score is not None], tally.status
    return ClassSummary(
        assignment=assignment.name,
        title=assignment.title,
        seed=assignment.seed,
        isolation=graded.mark.isolation,
        limits={
            "seconds": assignment.seconds,
            "memory_mib": assignment.memory_mib,
            "output_mib": assignment.output_mib,
        },
        submissions=status.total(),
        graded=status["graded"],
        unreadable=status["unreadable"],
        faults=status["fault"],
        max_score=assignment.max_score,
        mean=fmean(scores) if scores else None,
        median=median(scores) if scores else None,
        lowest=min(scores, default=None),
        highest=max(scores, default=None),
        histogram=histogram(scores, assignment.max_score),
        questions=tally.hardest_first(),
        mistakes=tally.commonest_mistakes(),
        not_graded=tuple(tally.not_graded),
        to_look_at=tuple(tally.to_look_at),
        packages=tally.commonest_packages(),
        marked=graded.marked,
        reused=graded.reused,
        jobs=jobs,
        seconds=graded.seconds,
        causes=tally.commonest_causes(),
        searches=graded.searches,
        attempts=len(graded.mark.submissions),
        students=len(rows),
        nothing=tuple(row.name for row in rows if row.has_nothing),
        strangers=tuple(Stranger(row.name, row.submission or "") for row in rows if row.roster == "off"),
        changed=by_teacher(rows),
    )
