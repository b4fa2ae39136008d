"""What the rows of the class page can be filtered by: every tag with the students who have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from gradecheck.grading.classrun.mistakes import CauseSummary, MistakeSummary
from gradecheck.grading.classrun.summary import ClassSummary
from gradecheck.grading.submissions.names import printable
from reports.class_rows import KINDS, Line

Choice = Literal["look", "status", "lost", "mistake"]
"""The control that offers a tag."""
CHOICES: Final[Mapping[Choice, str]] = {
    "look": "To look at",
    "status": "Status",
    "lost": "Lost points in",
    "mistake": "Mistake",
}
STATUS: Final = ("graded", "unreadable", "fault", "nothing")
LONGEST: Final = 90  # letters of a mistake in a choice
MOST_CAUSES: Final = 50  # mistakes without a name


@dataclass(frozen=True)
class Tag:
    """lines: the places of the students who have it."""

    choice: Choice
    key: str
    label: str
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Tags:
    """All tags of a class; the number of a tag is its place."""

    every: tuple[Tag, ...]

    def number(self, choice: Choice, key: str) -> int:
        """The tag's number. Raises StopIteration where there is none."""
        return next(i for i, tag in enumerate(self.every) if (tag.choice, tag.key) == (choice, key))

    def by_line(self, count: int) -> list[list[int]]:
        """The numbers of the tags that each of `count` students has."""
        found: list[list[int]] = [[] for _ in range(count)]
        for number, tag in enumerate(self.every):
            for place in tag.lines:
                found[place].append(number)
        return found


def tags(found: ClassSummary, lines: Sequence[Line]) -> Tags:
    """Every tag that somebody has."""

    def where(choice: Choice, key: str, label: str, has: Callable[[Line], bool]) -> Tag:
        return Tag(choice, key, label, tuple(i for i, line in enumerate(lines) if has(line)))

    by_submission: dict[str | None, list[int]] = {}
    for i, line in enumerate(lines):
        by_submission.setdefault(line.row.submission, []).append(i)

    def who(choice: Choice, key: str, label: str, submissions: Iterable[str]) -> Tag:
        places = (i for name in submissions for i in by_submission.get(name, ()))
        return Tag(choice, key, label, tuple(sorted(places)))

    every = [where("look", kind, kind, _has(kind)) for kind in KINDS]
    every += [
        who("look", package_key(p.package), f"needs {printable(p.package)}", p.submissions) for p in found.packages
    ]
    every += [where("status", status, status, _is(status)) for status in STATUS]
    every.append(where("status", "excused", "excused", lambda line: line.row.excused))
    every.append(where("status", "late", "late", lambda line: line.row.late))
    every.append(
        where("status", "changed", "changed by the teacher", lambda line: bool(line.row.changed or line.row.comment))
    )
    every += [where("lost", q.function, q.function, _lost(q.function, q.max_points)) for q in found.questions]
    every += [who("mistake", m.mistake, _clipped(m), m.submissions) for m in found.mistakes]
    every += [who("mistake", cause_key(c), _clipped(c), [m.submission for m in c.mended]) for c in causes(found)]
    return Tags(tuple(tag for tag in every if tag.lines))


def causes(found: ClassSummary) -> tuple[CauseSummary, ...]:
    """The most common mistakes without a name, as many as a page can hold."""
    return found.causes[:MOST_CAUSES]


def package_key(package: str) -> str:
    return f"package {package}"


def cause_key(found: CauseSummary) -> str:
    return f"{found.function}: {found.what}"


def _clipped(found: MistakeSummary | CauseSummary) -> str:
    text = printable(f"{found.function}: {found.what}").replace("`", "")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _has(kind: str) -> Callable[[Line], bool]:
    return lambda line: any(reason.kind == kind for reason in line.reasons)


def _is(status: str) -> Callable[[Line], bool]:
    return lambda line: line.row.status == status


def _lost(function: str, most: float) -> Callable[[Line], bool]:
    def lost(line: Line) -> bool:
        given = line.row.points.get(function)
        return given is not None and given < most

    return lost
