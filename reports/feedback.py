"""Feedback on one submission: the record of it from the marks, as Markdown, and for a terminal.

Texts of the submission are escaped, or between fences that they cannot close. Where feedback is hidden, the record
holds nothing about an input.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gradecheck.grading.marks import CHECKS, Hint, QuestionMark, SubmissionMark
from gradecheck.grading.submissions.names import printable
from gradecheck.verifying.wording import counted, points
from reports import repairs
from reports.escaping import escaped, fenced
from reports.screen import paragraph, toned
from reports.tables import Table
from reports.teachers import Given
from reports.told import SAID, TEACHERS, Example, Feedback, FeedbackCheck, FeedbackQuestion, Mode, Section, sections
from reports.tones import SIGNS, Tone

MOST_PRINTED: Final = 2000  # characters of what a function printed
MOST_LINES: Final = 10  # the same on a terminal


def feedback(
    mark: SubmissionMark,
    title: str,
    mode: Mode,
    hint: Hint,
    about: tuple[str, ...] = (),
    given: Given | None = None,
) -> Feedback:
    """What the student of that submission is told in that mode. hint: how much of a repair.    about: the attempt.

    given: what the teacher made of it; None where nothing was changed.
    """
    score, points = mark.score if mark.status == "graded" else None, {q.function: q.points for q in mark.questions}
    if given is not None and given.points is not None:
        score, points = given.score, points | {name: x for name, x in given.points.items() if x is not None}
    return Feedback(
        submission=printable(mark.submission),
        title=title,
        mode=mode,
        status=mark.status,
        score=score,
        max_score=mark.max_score,
        questions=tuple(_question(q, mode == "public", hint, points[q.function]) for q in mark.questions),
        notes=mark.notes,
        about=about,
        excused=given is not None and given.excused,
        changed=given.changed if given is not None else (),
        comment=given.comment if given is not None else (),
    )


def _question(q: QuestionMark, public: bool, hint: Hint, given: float) -> FeedbackQuestion:
    example = q.counterexample if public else None
    return FeedbackQuestion(
        function=q.function,
        points=given,
        max_points=q.max_points,
        outcome=q.outcome,
        checks=tuple(FeedbackCheck(c.check, c.outcome, c.share, c.rationale if public else "") for c in q.checks),
        found=q.rationale if public else q.gist or SAID[q.outcome],
        help=q.help,
        diagnoses=q.diagnoses,
        example=None if example is None else Example(example.repro, example.expected, example.actual),
        printed=_cut(q.output) if public else "",
        unwritten=q.unwritten,
        repair=None if q.repair is None else repairs.told(q.repair, hint, bool(q.diagnoses)),
        formula=q.formula if hint != "line" else "",
        teachers=given != q.points,
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
        rows.append(
            (q.function, f"{points(q.points)} of {points(q.max_points)}{TEACHERS * q.teachers}", outcome, *cells)
        )
    return Table(("function", "points", "outcome", *CHECKS), rows)


def _share(check: FeedbackCheck) -> str:
    if check.share == 1:
        return "ok"
    return "lost" if check.share == 0 else f"{check.share:.0%}"


def headline(found: Feedback) -> str:
    if found.excused:
        return "You are excused: this submission has no score."
    score = "" if found.score is None else f"{points(found.score)} of {counted(found.max_score, 'point')}"
    if found.status != "graded" and found.changed and score:
        return f"{score}, by your teacher."
    if found.status == "unreadable":
        return "This submission cannot be read, and was not marked."
    if found.status == "fault":
        return "This submission could not be judged, which is a fault of ours, not of yours."
    if found.untouched and not found.changed:
        return "Nothing to mark yet: all is as in the starter."
    right, count = sum(q.full for q in found.questions), len(found.questions)
    return f"{score}; full points in {right} of {counted(count, 'function')}." if count > 1 else f"{score}."


def tone(found: Feedback) -> Tone:
    """The tone of the headline."""
    return "good" if found.score is not None and found.score >= found.max_score else "fair"


UNWRITTEN: Final = "still to be written"
TEACHER: Final = "From your teacher"
HIDDEN_NOTE: Final = (
    "The inputs are hidden until they are released, and so is what your code printed or said when it raised."
)

# -- Markdown


def markdown(found: Feedback) -> str:
    parts = [f"# {escaped(found.title)}", f"**{escaped(found.submission)}**: {headline(found)}"]
    parts += [escaped(line) for line in found.about]
    if found.changed or found.comment:
        parts.append(f"## {TEACHER}")
        parts += ["\n".join(f"- {escaped(line)}" for line in found.changed)] * bool(found.changed)
        parts += [escaped(line) for line in found.comment if line.strip()]
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
    if q.formula:
        parts.append(escaped(q.formula))
    if q.repair is not None:
        parts += repairs.markdown(q.repair)
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
    if q.formula:
        yield paragraph(printable(q.formula), "  ")
    if q.repair is not None:
        yield from repairs.terminal(q.repair)
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
