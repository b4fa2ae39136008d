"""mark: the teacher's word on a student, kept beside the results and shown in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradecheck.commands.common import PLACE, Usage
from gradecheck.commands.grading import mark_class, open_journal, prepare_run, search_class
from gradecheck.commands.recorded import Recorded, recorded
from gradecheck.commands.strangers import need_linux
from gradecheck.commands.teaching import add

if TYPE_CHECKING:
    from gradecheck.grading.classrun.run import Run
    from gradecheck.grading.teacher.change import Change



@click.command()
@click.argument("student")
@click.argument("what", nargs=-1, metavar="[QUESTION] [POINTS]")
@click.option("--because", default="", metavar="WHY", help="The reason, which the student reads, too.")
@click.option("--extra", is_flag=True, help="The points may be above the maximum.")
@click.option("--excused", is_flag=True, help="The student gets no score, and no 0.")
@click.option("--comment", metavar="TEXT", help="What the student reads beside the marks.")
@click.option("--extension", metavar="DAYS|TIME", help="A later deadline: days more, or 2026-11-01T12:00:00.")
@click.option("--undo", is_flag=True, help="Take back what was changed of the student, or of the question.")
@click.option(
    "--results",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of the results.  [default: the only one in build/grades]",
)
def mark(
    student: str,
    what: tuple[str, ...],
    because: str,
    extra: bool,
    excused: bool,
    comment: str | None,
    extension: str | None,
    undo: bool,
    results: Path | None,
) -> None:
    """Change the marks of a STUDENT by hand.

    STUDENT is an id, a login, an e-mail, a name, or a group. POINTS are of the QUESTION, or of the whole. The change is
    added to marks.toml in the folder of the results, where you can edit it. All results are written anew with it, and
    every later run keeps it. Of two changes of the same thing the later one counts.
    """
    need_linux()
    from gradecheck.grading.teacher.change import Change

    question, points = _question_and_points(what, undo)
    change = Change(
        *("mark", student.strip(), question, points, extra, excused, comment),
        None if extension is None else _extension(extension),
        undo,
        because.strip(),
    )
    was = recorded(results if results is not None else _only_results())
    folder, record = was.file.parent, was.record
    run = prepare_run(was.paths, (*was.leave, folder), was.asked, was.source, record.wanted, None, record.said, was.who)
    _write(folder, was, run, change)


def _question_and_points(what: Sequence[str], undo: bool) -> tuple[str, float | None]:
    """Of the words after the student."""
    if len(what) > (1 if undo else 2):
        should = "one question, or nothing" if undo else "a question and points, or points alone"
        raise Usage(f"mark: {' '.join(what)!r} is said of the student, but should be {should}")
    if undo or not what:
        return "".join(what), None
    *question, points = what
    return "".join(question), _number("points", points, "a number, 0 or more, such as 1.5")


def _number(key: str, said: str, should: str) -> float:
    try:
        found = float(said)
    except ValueError:
        found = -1.0
    if not isfinite(found) or found < 0:
        raise Usage(f"mark: {key} is {said!r}, but should be {should}")
    return found


def _extension(said: str) -> float | datetime:
    try:
        return datetime.fromisoformat(said)
    except ValueError:
        return _number("extension", said, "a number of days, or a date with a time, such as 2026-11-01T12:00:00")


def _only_results() -> Path:
    found = sorted(file.parent for file in PLACE.glob("*/results.json"))
    if len(found) == 1:
        return found[0]
    was = f"{PLACE} holds those of {', '.join(path.name for path in found)}" if found else f"{PLACE} holds none"
    raise Usage(f"results: {was}, but should hold those of one assignment; name the folder with --results")


def _write(folder: Path, was: Recorded, run: Run, change: Change) -> None:
    """Add the change, and write the results anew; what is marked is not marked again."""
    from gradecheck.commands.saving import Request, save, save_points
    from gradecheck.grading.classrun.written import JOURNAL
    from reports import gradebook
    from reports.screen import paragraph

    with open_journal(folder / JOURNAL) as journal:
        standing, ids = add(folder, change, lambda student: _seen(was, student), run)
        graded = mark_class(run, journal)
        found = save_points(folder, run, graded, standing)
        graded = search_class(run, journal, graded)
        request = Request(was.paths, (*was.leave, folder), was.record.wanted, was.who, standing)
        saved = save(folder, run, graded, found, request)
    for row in found:
        if row.id in ids:
            click.echo("\n".join(gradebook.told(row)))
    click.echo(paragraph(f"written to {folder}: marks.toml, {', '.join(saved.names)}", further="  "))


def _seen(was: Recorded, student: str) -> str | None:
    """What the student had handed in when the results were written; None where they know nothing of the student."""
    from gradecheck.grading.teacher.joining import seen

    known = {row["id"]: row["submission"] for row in was.results.get("students", ())}
    return seen(was.record.contents, known[student]) if student in known else None
