"""Feedback on one submission, as a record that any page can show, as Markdown, and for a terminal.

Texts of the submission are escaped, or between fences that they cannot close. Where feedback is hidden, the record
holds nothing about an input.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from gradecheck.grading.marks import CHECKS, CheckName, Outcome, QuestionMark, SubmissionMark
from gradecheck.grading.submissions.names import printable
from gradecheck.verifying.wording import counted, points
from reports.escaping import escaped, fenced
from reports.screen import paragraph, toned
from reports.tables import Table
from reports.tones import SIGNS, Tone

MOST_PRINTED: Final = 2000  # characters of what a function printed
MOST_LINES: Final = 10  # the same on a terminal
Mode = Literal["public", "hidden"]

SAID: Final[Mapping[Outcome, str]] = MappingProxyType(
    {
        "passed": "passed",
        "wrong": "wrong",
        "error": "error in your code",
        "limit": "over a limit",
        "fault": "not judged, a fault of ours",
    }
)


@dataclass(frozen=True)
class Example:
    """A call that goes wrong, as Python, and what it should have given."""

    repro: str
    expected: str
    actual: str


@dataclass(frozen=True)
class FeedbackCheck:
    name: CheckName
    outcome: Outcome
    share: float
    said: str


@dataclass(frozen=True)
class FeedbackQuestion:
    """One function. printed: the beginning of what it printed. note: a remark on a function with all its points."""

    function: str
    points: float
    max_points: float
    outcome: Outcome
    checks: tuple[FeedbackCheck, ...]
    found: str
    help: str
    diagnoses: tuple[str, ...]
    example: Example | None
    printed: str
    unwritten: bool = False

    @property
    def full(self) -> bool:
        return self.points >= self.max_points

    @property
    def told(self) -> bool:
        """Whether there is anything to say but that it passed."""
        return not self.full or self.outcome == "fault" or self.found not in ("", SAID["passed"])

    @property
    def lost(self) -> tuple[FeedbackCheck, ...]:
        """The checks that cost something, and whose rationale says more than the question's."""
        cost = (check for check in self.checks if check.share < 1 and check.outcome != "passed" and check.said)
        return tuple(check for check in cost if check.said not in self.found)


@dataclass(frozen=True)
class Feedback:
    """All that a student is told."""

    submission: str
    title: str
    mode: Mode
    status: str
    score: float
    max_score: float
    questions: tuple[FeedbackQuestion, ...]
    notes: tuple[str, ...]

    @property
    def untouched(self) -> bool:
        """Whether it is the unchanged starter."""
        return bool(self.questions) and all(q.unwritten for q in self.questions)

    @property
    def has_table(self) -> bool:
        """Whether there are marks to list."""
        return self.status == "graded" and bool(self.questions) and not self.untouched


@dataclass(frozen=True)
class Section:
    """What is said of one function, and of all others with the same text."""

    first: FeedbackQuestion
    others: tuple[FeedbackQuestion, ...] = ()

    @property
    def questions(self) -> tuple[FeedbackQuestion, ...]:
        return (self.first, *self.others)

    @property
    def functions(self) -> str:
        return ", ".join(q.function for q in self.questions)

    @property
    def lost(self) -> float:
        return sum(q.max_points - q.points for q in self.questions)

    @property
    def points(self) -> str:
        return f"{points(sum(q.points for q in self.questions))} of {points(sum(q.max_points for q in self.questions))}"

    @property
    def help(self) -> str:
        """What to look at, if that is the same for all of them."""
        return self.first.help if len({_of_any(q, q.help) for q in self.questions}) == 1 else ""

    @property
    def others_said(self) -> str:
        return f"The same holds for {', '.join(q.function for q in self.others)}." if self.others else ""


def sections(found: Feedback) -> tuple[Section, ...]:
    """What to mend: the most costly first, then what is still to be written, then what costs nothing."""
    if not found.has_table:
        return ()
    alike: dict[object, list[FeedbackQuestion]] = {}
    for q in found.questions:
        if q.told:
            alone = q.example is not None or q.diagnoses or q.printed
            alike.setdefault(q.function if alone else (q.unwritten or _of_any(q, q.found), q.full), []).append(q)
    grouped = [Section(first, tuple(others)) for first, *others in alike.values()]
    return tuple(sorted(grouped, key=lambda s: (s.first.full, s.first.unwritten, -s.lost)))


def _of_any(q: FeedbackQuestion, text: str) -> str:
    """The text on a function, without its name."""
    return re.sub(rf"\b{re.escape(q.function)}\b", "it", text)


def feedback(mark: SubmissionMark, title: str, mode: Mode) -> Feedback:
    """What the student of that submission is told in that mode."""
    return Feedback(
        submission=printable(mark.submission),
        title=title,
        mode=mode,
        status=mark.status,
        score=mark.score,
        max_score=mark.max_score,
        questions=tuple(_question(q, mode == "public") for q in mark.questions),
        notes=mark.notes,
    )


def _question(q: QuestionMark, public: bool) -> FeedbackQuestion:
    example = q.counterexample if public else None
    return FeedbackQuestion(
        function=q.function,
        points=q.points,
        max_points=q.max_points,
        outcome=q.outcome,
        checks=tuple(FeedbackCheck(c.check, c.outcome, c.share, c.rationale if public else "") for c in q.checks),
        found=q.rationale if public else q.gist or SAID[q.outcome],
        help=q.help,
        diagnoses=q.diagnoses,
        example=None if example is None else Example(example.repro, example.expected, example.actual),
        printed=_cut(q.output) if public else "",
        unwritten=q.unwritten,
    )


def _cut(text: str) -> str:
    text = text.rstrip()
    return text if len(text) <= MOST_PRINTED else f"{text[:MOST_PRINTED]}\n... ({len(text)} characters in all)"


def table(found: Feedback) -> Table:
    """One row a function: its points, and how much of each check's credit it has."""
    rows = []
    for q in found.questions:
        shares = {check.name: _share(check) for check in q.checks}
        cells = ["-" if q.unwritten else shares.get(check, "-") for check in CHECKS]
        outcome = UNWRITTEN if q.unwritten else SAID[q.outcome]
        rows.append((q.function, f"{points(q.points)} of {points(q.max_points)}", outcome, *cells))
    return Table(("function", "points", "outcome", *CHECKS), rows)


def _share(check: FeedbackCheck) -> str:
    if check.share == 1:
        return "ok"
    return "lost" if check.share == 0 else f"{check.share:.0%}"


def headline(found: Feedback) -> str:
    if found.status == "unreadable":
        return "This submission cannot be read, and was not marked."
    if found.status == "fault":
        return "This submission could not be judged, which is a fault of ours, not of yours."
    if found.untouched:
        return "Nothing to mark yet: all is as in the starter."
    score = f"{points(found.score)} of {counted(found.max_score, 'point')}"
    right, count = sum(q.full for q in found.questions), len(found.questions)
    return f"{score}; full points in {right} of {counted(count, 'function')}." if count > 1 else f"{score}."


def tone(found: Feedback) -> Tone:
    """The tone of the headline."""
    return "good" if found.status == "graded" and found.score >= found.max_score else "fair"


UNWRITTEN: Final = "still to be written"
HIDDEN_NOTE: Final = (
    "The inputs are hidden until they are released, and so is what your code printed or said when it raised."
)

# -- Markdown


def markdown(found: Feedback) -> str:
    parts = [f"# {escaped(found.title)}", f"**{escaped(found.submission)}**: {headline(found)}"]
    if found.mode == "hidden":
        parts.append(HIDDEN_NOTE)
    if found.notes:
        parts += ["## About the file", "\n".join(f"- {escaped(note)}" for note in found.notes)]
    for section in sections(found):
        parts += _section(section)
    if found.has_table:
        parts += ["## Every function", table(found).markdown()]
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> list[str]:
    q = section.first
    if q.unwritten:
        return [f"## {UNWRITTEN.capitalize()}", escaped(section.functions)]
    parts = [f"## {escaped(section.functions)}: {section.points}", escaped(f"{q.found} {section.others_said}")]
    if section.help:
        parts.append(f"*What to look at:* {escaped(section.help)}")
    if q.example is not None:
        parts += ["To see it:", fenced(q.example.repro, "python")]
        parts += ["It gave:", fenced(q.example.actual)]
    if q.lost:
        parts.append("\n".join(f"- {c.name}: {escaped(c.said)}" for c in q.lost))
    if q.printed:
        parts += ["It printed:", fenced(q.printed)]
    return parts


# -- for a terminal


def terminal(found: Feedback) -> str:
    """The score, what to mend and why, and then a table of everything."""
    parts = [toned(paragraph(f"{found.submission}: {headline(found)}"), tone(found))]
    parts += [toned(paragraph(printable(note), further="  "), "fair") for note in found.notes]
    if found.mode == "hidden":
        parts.append(paragraph(HIDDEN_NOTE))
    parts += ["\n".join(_told(section)) for section in sections(found)]
    if found.has_table:
        parts.append(table(found).without("outcome").terminal())
    return "\n\n".join(parts)


def _told(section: Section) -> Iterator[str]:
    q = section.first
    if q.unwritten:
        yield paragraph(f"{UNWRITTEN}: {section.functions}", further="  ")
        return
    said = printable(q.found).removeprefix(f"{q.function} ")
    named = f"{q.function}:" if said == printable(q.found) else q.function
    yield paragraph(f"{named} {said} {section.others_said}".rstrip(), further="  ").replace(
        named, toned(named, SIGNS[q.outcome][1]), 1
    )
    if section.help:
        yield paragraph(f"look at  {printable(section.help)}", "  ", " " * len("  look at  "))
    if q.example is not None:
        for line in (*q.example.repro.split("\n"), f"# gave {' '.join(q.example.actual.split())}"):
            yield from _code(printable(line))
    if q.printed:
        yield "  printed"
        printed = q.printed.split("\n")
        yield from (paragraph(printable(line), "    ") for line in printed[:MOST_LINES])
        if len(printed) > MOST_LINES:
            yield "    ..."


def _code(line: str) -> Iterator[str]:
    """Lines of Python to be copied; a line that is too long is broken within brackets."""
    if line.startswith("#"):
        yield paragraph(line, "  ", "  #   ")
        return
    code, remark, comment = line.partition("  # ")
    if remark and "\n" in paragraph(line, "  "):
        yield from _code(f"# {comment}")
        line = code
    yield paragraph(line, "  ", "      ") if "(" in line else f"  {line}"
