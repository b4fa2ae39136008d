"""What students of the class page have in common: a reason to look at them, a package, a mistake; and functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from gradecheck.grading.classrun.bins import Bin, histogram
from gradecheck.grading.classrun.mistakes import CauseSummary, Mended, MistakeSummary
from gradecheck.grading.classrun.summary import ClassSummary
from gradecheck.grading.marks import Outcome, Repair
from gradecheck.grading.submissions.names import printable
from gradecheck.verifying.wording import number
from reports import repairs
from reports.class_rows import KINDS, Line
from reports.class_tags import Tag, Tags, cause_key, causes, package_key

MOST_WHO: Final = 20
"""Students who are named in a group; the table of students has the others."""
MOST_NAMES: Final = 3


@dataclass(frozen=True)
class Who:
    """One of a group.    said: of this student alone.    lines: around each change that mends the mistake."""

    name: str
    link: str
    said: str = ""
    lines: tuple[repairs.Lines, ...] = ()


@dataclass(frozen=True)
class Group:
    """what: they have in common.    tag: its number, and count: how many there are.    who: the first of them.

    open: whether they are so few that all are seen at once.
    """

    head: str
    what: str
    tag: int
    count: int
    who: tuple[Who, ...]
    open: bool = False


@dataclass(frozen=True)
class Function:
    """mean: share of the points, None where nobody has points.    tag, lost: of the students who lost some of them."""

    name: str
    max_points: float
    mean: float | None
    bins: tuple[Bin, ...]
    outcomes: Mapping[Outcome, int]
    tag: int | None
    lost: int

    @property
    def shape(self) -> tuple[tuple[int, int], ...]:
        """The place and the height of each bar, in hundredths; an empty one is a line."""
        most = max(b.count for b in self.bins) or 1
        return tuple((i * 100 // len(self.bins), max(3, 100 * b.count // most)) for i, b in enumerate(self.bins))

    @property
    def said(self) -> str:
        """The histogram in words."""
        bins = (f"{number(b.low, 3)} to {number(b.high, 3)}: {b.count}" for b in self.bins if b.count)
        return f"Students by their points in {self.name}: {'; '.join(bins) or 'none'}"


@dataclass(frozen=True)
class Groups:
    """The groups of a class. lines, tags: of its page."""

    found: ClassSummary
    lines: Sequence[Line]
    tags: Tags

    def problems(self) -> Iterator[Group]:
        """A group for each kind of reason to look at somebody."""
        for i, tag in enumerate(self.tags.every):
            if tag.choice == "look" and tag.key in KINDS:
                yield self._problem(i, tag)

    def _problem(self, i: int, tag: Tag) -> Group:
        who = self._who(tag, lambda line: Who(line.name, line.link, _reasons(line, tag.key)))
        return Group(tag.label, _names(tag, who), i, len(tag.lines), who, len(tag.lines) <= MOST_NAMES)

    def packages(self) -> Iterator[Group]:
        for package in self.found.packages:
            i = self.tags.number("look", package_key(package.package))
            tag = self.tags.every[i]
            who = self._who(tag, lambda line: Who(line.name, line.link))
            yield Group(printable(package.package), _names(tag, who), i, len(tag.lines), who)

    def mistakes(self) -> Iterator[Group]:
        for mistake in self.found.mistakes:
            yield self._mistake(mistake, mistake.mistake)

    def causes(self) -> Iterator[Group]:
        for cause in causes(self.found):
            yield self._mistake(cause, cause_key(cause))

    def _mistake(self, mistake: MistakeSummary | CauseSummary, key: str) -> Group:
        i = self.tags.number("mistake", key)
        tag, known = self.tags.every[i], _repairs(mistake.mended)
        who = self._who(tag, lambda line: _mended(line, known.get(line.row.submission)))
        return Group(mistake.function, mistake.what, i, len(tag.lines), who)

    def _who(self, tag: Tag, told: Callable[[Line], Who]) -> tuple[Who, ...]:
        return tuple(told(self.lines[place]) for place in tag.lines[:MOST_WHO])

    def functions(self) -> list[Function]:
        """Every function, as the students stand with it after the teacher; the hardest first."""
        return sorted(self._functions(), key=lambda function: 2.0 if function.mean is None else function.mean)

    def _functions(self) -> Iterator[Function]:
        lost = {tag.key: (i, len(tag.lines)) for i, tag in enumerate(self.tags.every) if tag.choice == "lost"}
        for question in self.found.questions:
            every = (line.row.points.get(question.function) for line in self.lines)
            given = [points for points in every if points is not None]
            tag, count = lost.get(question.function, (None, 0))
            yield Function(
                name=question.function,
                max_points=question.max_points,
                mean=fmean(given) / question.max_points if given else None,
                bins=histogram(given, question.max_points),
                outcomes=question.outcomes,
                tag=tag,
                lost=count,
            )


def _reasons(line: Line, kind: str) -> str:
    return printable("; ".join(reason.what for reason in line.reasons if reason.kind == kind))


def _names(tag: Tag, who: Sequence[Who]) -> str:
    """The first names, and how many more there are."""
    names = [one.name for one in who[:MOST_NAMES]]
    more = len(tag.lines) - len(names)
    return f"{', '.join(names)}{f' and {more} more' if more else ''}"


def _repairs(mended: Sequence[Mended]) -> Mapping[str | None, Repair | None]:
    return {one.submission: one.repair for one in mended}


def _mended(line: Line, repair: Repair | None) -> Who:
    if repair is None:
        return Who(line.name, line.link)
    return Who(line.name, line.link, ", ".join(repairs.places(repair)), repairs.lines(repair))
