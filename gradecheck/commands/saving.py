"""Writes a marked class to files: its marks, its pages, and the record of the run."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from gradecheck.commands.common import command_line
from gradecheck.grading.bank import digests
from gradecheck.grading.classrun import codec, shards
from gradecheck.grading.classrun.rows import Row, rows
from gradecheck.grading.classrun.run import Graded, Run
from gradecheck.grading.classrun.shards import Part
from gradecheck.grading.classrun.summary import ClassSummary, summarise
from gradecheck.grading.classrun.written import RESULTS, SUMMARY, RunRecord, digest, question_of
from gradecheck.grading.exporting import table
from gradecheck.grading.jail.isolation import Wanted
from gradecheck.grading.marks import ClassMark, SubmissionMark
from gradecheck.grading.people.reading import Rules
from gradecheck.grading.submissions.names import feedback_name
from gradecheck.grading.teacher.change import Standing, digest_of
from gradecheck.grading.teacher.joining import joined
from gradecheck.grading.teacher.standing import deadlines
from gradecheck.machine.files import write, write_bytes
from reports import attempts, class_summary, feedback, grade_pages, gradebook, teachers
from reports.told import Feedback

CLASS_PAGE: Final = "class.html"
GRADEBOOK: Final = "gradebook.csv"


@dataclass(frozen=True)
class Saved:
    """The names of the files in the run's folder.    without: why there are no pages; "" if there are."""

    summary: ClassSummary
    names: tuple[str, ...]
    without: str


@dataclass(frozen=True)
class Request:
    """What was asked for, to be kept with the results.    question: the only one that was marked anew, if any."""

    paths: Sequence[Path]
    leave: Sequence[Path]
    wanted: Wanted
    people: Rules
    standing: Standing
    question: str = ""


def save_points(folder: Path, run: Run, graded: Graded, standing: Standing) -> tuple[Row, ...]:
    """Write gradebook.csv, which waits for no search: the same bytes for the same submissions.

    Returns its rows: one for every student of the run, after the teacher.
    """
    own = deadlines(standing, run.assignment)
    machine = rows(run.people, graded.mark.submissions, run.assignment, own)
    found = joined(machine, standing, run.assignment, graded.contents)
    functions = tuple(q.name for q in run.assignment.questions)
    _save(folder / GRADEBOOK, table.lines(found, functions))
    return found


def save(folder: Path, run: Run, graded: Graded, found: Sequence[Row], asked: Request) -> Saved:
    """Write everything else.

    results.json is the same bytes for the same submissions, even after an interruption.
    """
    _save(folder / RESULTS, gradebook.results(graded.mark, run.people.attempts, found))
    title, shown, hint = run.assignment.title, run.assignment.feedback, run.assignment.hint
    about, given = attempts.about(run.people.students, found), teachers.given(found)

    def told(mark: SubmissionMark) -> Feedback:
        return feedback.feedback(mark, title, shown, hint, about[mark.submission], given.get(mark.submission))

    summary = summarise(run.assignment, graded, run.markers.jobs, found)
    write(folder / SUMMARY, class_summary.document(summary))
    record = record_of(run, graded, asked, folder)
    write(folder / "run.json", json.dumps(codec.encode(record), indent=1))
    pages: dict[str, Callable[[Feedback], str]] = {".md": feedback.markdown}
    names, without = [RESULTS, GRADEBOOK, SUMMARY, "feedback/"], ""
    try:
        write(folder / CLASS_PAGE, grade_pages.class_page(summary, found))
        names.insert(0, CLASS_PAGE)
        pages[".html"] = grade_pages.feedback_page
    except ModuleNotFoundError as error:
        without = str(error)
    _save_each(folder / "feedback", graded.mark, told, pages)
    return Saved(summary, tuple(names), without)


def save_part(folder: Path, part: Part, whole: Run, graded: Graded, asked: Request) -> None:
    """Write what a shard leaves beside its journal. part: of the whole run."""
    shards.save(folder, part, whole, graded, record_of(whole, graded, asked, folder))


def record_of(run: Run, graded: Graded, asked: Request, folder: Path) -> RunRecord:
    """The record of a run whose results, if it has any, are in the folder."""
    return RunRecord(
        command=command_line(),
        paths=tuple(os.path.abspath(path) for path in asked.paths),
        leave=tuple(dict.fromkeys(os.path.abspath(path) for path in asked.leave)),
        assignment=run.assignment.name,
        text=run.written.text,
        folder=run.written.folder,
        pack=run.written.pack,
        wanted=asked.wanted,
        isolation=run.isolation.line,
        code=digests.code(*run.assignment.packs),
        versions=digests.versions(),
        contents=graded.contents,
        ended=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=graded.seconds,
        jobs=run.markers.jobs,
        said=run.said,
        beside={text.file: text.text for text in run.assignment.beside},
        names=asked.people.names,
        roster=asked.people.roster,
        roster_file=asked.people.file,
        results=digest(folder / RESULTS) if (folder / RESULTS).is_file() else "",
        key=run.key,
        marks=digest_of(asked.standing.file),
        question=asked.question or question_of(folder, run.key),
    )


def _save(path: Path, pieces: Iterable[str]) -> None:
    def write_pieces(file: IO[bytes]) -> None:
        for piece in pieces:
            file.write(piece.encode())

    write_bytes(path, write_pieces)


def _save_each(
    folder: Path,
    found: ClassMark,
    told: Callable[[SubmissionMark], Feedback],
    pages: Mapping[str, Callable[[Feedback], str]],
) -> None:
    """Write the pages of each submission, and remove those of an earlier run.    pages: by suffix."""
    folder.mkdir(exist_ok=True)
    left = {str(path) for suffix in pages for path in folder.rglob(f"*{suffix}")}
    for mark in found.submissions:
        said = told(mark)
        place = folder / feedback_name(mark.submission, len(found.submissions))
        place.parent.mkdir(exist_ok=True)
        for suffix, page in pages.items():
            path = place.with_name(place.name + suffix)
            write(path, page(said))
            left.discard(str(path))
    for old in left:
        os.unlink(old)
        with suppress(OSError):  # other pages are still there
            os.rmdir(os.path.dirname(old))
