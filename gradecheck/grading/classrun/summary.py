"""The summary of a class's marks, as one frozen record; each mark is read once and not kept."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import TYPE_CHECKING, Final

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.marks import Outcome, QuestionMark, Repair, SubmissionMark

if TYPE_CHECKING:  # reading results must work on systems that cannot mark
    from gradecheck.grading.classrun.run import Graded

BINS: Final = 10
UNSURE: Final = "Several changes make it right, and they say different things."


@dataclass(frozen=True)
class Bin:
    """How many scores are in [low, high), or [low, high] for the last one."""

    low: float
    high: float
    count: int


@dataclass(frozen=True)
class QuestionSummary:
    """One function over all graded submissions. share: mean of points / max_points.  seconds: mean of a submission."""

    function: str
    max_points: float
    share: float
    outcomes: Mapping[Outcome, int]
    seconds: float


@dataclass(frozen=True)
class Mended:
    """A submission, and what makes its function right; None where only the formula of its values is known."""

    submission: str
    repair: Repair | None


@dataclass(frozen=True)
class MistakeSummary:
    """A catalogued mistake and how many submissions made it. function: as the assignment calls it.

    mended: those of them for which a repair was found.
    """

    mistake: str
    function: str
    what: str
    count: int
    mended: tuple[Mended, ...] = ()


@dataclass(frozen=True)
class CauseSummary:
    """What the search found wrong with a function where the catalogue has no name for it, and in which submissions."""

    function: str
    what: str
    count: int
    mended: tuple[Mended, ...]


@dataclass(frozen=True)
class NotGraded:
    """A submission without marks, and why."""

    submission: str
    status: str
    why: str


@dataclass(frozen=True)
class ToLookAt:
    """A graded submission that a person should look at, and why."""

    submission: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class PackageSummary:
    """A package that is not there when submissions are marked, and how many import it."""

    package: str
    count: int


@dataclass(frozen=True)
class Searches:
    """What became of the search for repairs. count: of submissions that were searched in this run.

    lost: why each search that was lost found nothing.
    """

    count: int = 0
    lost: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class ClassSummary:
    """The summary of a class. mean, median, lowest, highest: of the graded scores, None where there are none.

    questions: the hardest first.   mistakes, packages: the most common first.   limits: of one question.
    marked: in this run; reused: marked by an earlier one, unchanged since.   seconds: of this run, on `jobs` markers.
    causes: beside the mistakes; the most common first.    searches: for repairs, after all marks were there.
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
        self.scores: list[float] = []
        self.status: Counter[str] = Counter()
        self.not_graded: list[NotGraded] = []
        self.to_look_at: list[ToLookAt] = []
        self._questions = {q.name: _Question() for q in assignment.questions}
        self._mistakes: Counter[str] = Counter()
        self._packages: Counter[str] = Counter()
        self._mended: dict[str, list[Mended]] = {}
        self._causes: dict[tuple[str, str], list[Mended]] = {}

    def add(self, mark: SubmissionMark) -> None:
        self.status[mark.status] += 1
        if mark.status != "graded":
            self.not_graded.append(NotGraded(mark.submission, mark.status, "; ".join(mark.notes)))
            return
        self.scores.append(mark.score)
        for question in mark.questions:
            self._questions[question.function].add(question)
            self._add_repair(mark.submission, question)
        self._mistakes.update({name for question in mark.questions for name in question.diagnoses})
        self._packages.update(set(mark.missing_packages))
        why = (*mark.look, *_not_judged(mark.questions))
        if why:
            self.to_look_at.append(ToLookAt(mark.submission, why))

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
        found = ((mistake, mistake.partition("/")[0], count) for mistake, count in _commonest(self._mistakes))
        return tuple(
            MistakeSummary(
                mistake, names.get(function, function), in_words(mistake), count, tuple(self._mended.get(mistake, ()))
            )
            for mistake, function, count in found
        )

    def commonest_causes(self) -> tuple[CauseSummary, ...]:
        commonest = sorted(self._causes.items(), key=lambda item: (-len(item[1]), item[0]))
        return tuple(CauseSummary(*cause, len(mended), tuple(mended)) for cause, mended in commonest)

    def commonest_packages(self) -> tuple[PackageSummary, ...]:
        return tuple(PackageSummary(package, count) for package, count in _commonest(self._packages))


def _commonest(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


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


def summarise(assignment: Assignment, graded: Graded, jobs: int) -> ClassSummary:
    """The summary of a run's marks."""
    tally = _Tally(assignment)
    for mark in graded.mark.submissions:
        tally.add(mark)
    scores, status = tally.scores, tally.status
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
    )


def histogram(scores: Iterable[float], max_score: float) -> tuple[Bin, ...]:
    """The scores in equal bins from 0 to max_score; a full score is in the last."""
    edges = [max_score * i / BINS for i in range(BINS + 1)]
    counts = Counter(min(bisect_right(edges, score), BINS) - 1 for score in scores)
    return tuple(Bin(edges[i], edges[i + 1], counts[i]) for i in range(BINS))
