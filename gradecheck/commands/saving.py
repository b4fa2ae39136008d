"""Writes a marked class to files: its marks, its pages, and the record of the run."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final, Literal

from gradecheck.commands.common import command_line
from gradecheck.grading.bank import digests
from gradecheck.grading.classrun import codec
from gradecheck.grading.classrun.run import Graded, Run
from gradecheck.grading.classrun.summary import ClassSummary, summarise
from gradecheck.grading.classrun.written import RESULTS, SUMMARY, RunRecord, digest
from gradecheck.grading.jail.isolation import Wanted
from gradecheck.grading.marks import ClassMark, SubmissionMark
from gradecheck.grading.submissions.names import safe_name
from gradecheck.machine.files import write, write_bytes
from reports import class_summary, feedback, grade_pages, gradebook, gradescope
from reports.told import Feedback

CLASS_PAGE: Final = "class.html"
GRADEBOOK: Final = "gradebook.csv"
Format = Literal["gradescope"]


@dataclass(frozen=True)
class Saved:
    """The names of the files in the run's folder.    without: why there are no pages; "" if there are."""

    summary: ClassSummary
    names: tuple[str, ...]
    without: str


@dataclass(frozen=True)
class Request:
    """What was asked for, to be kept with the results."""

    paths: Sequence[Path]
    leave: Sequence[Path]
    wanted: Wanted


def save_points(folder: Path, run: Run, graded: Graded) -> None:
    """Write gradebook.csv, which waits for no search: the same bytes for the same submissions."""
    functions = tuple(q.name for q in run.assignment.questions)
    _save(folder / GRADEBOOK, gradebook.gradebook(graded.mark, functions))


def save(folder: Path, run: Run, graded: Graded, asked: Request, formats: Sequence[Format]) -> Saved:
    """Write everything else.

    results.json is the same bytes for the same submissions, even after an interruption.
    """
    _save(folder / RESULTS, gradebook.results(graded.mark))
    title, shown, hint = run.assignment.title, run.assignment.feedback, run.assignment.hint

    def told(mark: SubmissionMark) -> Feedback:
        return feedback.feedback(mark, title, shown, hint)

    _save_each(folder / "feedback", ".md", graded.mark, lambda m: feedback.markdown(told(m)))
    if "gradescope" in formats:
        _save_each(folder / "gradescope", ".json", graded.mark, lambda m: gradescope.gradescope(m, shown, hint))
    summary = summarise(run.assignment, graded, run.jobs)
    write(folder / SUMMARY, class_summary.document(summary))
    record = _record(run, graded, asked, digest(folder / RESULTS))
    write(folder / "run.json", json.dumps(codec.encode(record), indent=1))
    names, without = [RESULTS, GRADEBOOK, SUMMARY, "feedback/", *(f"{name}/" for name in formats)], ""
    try:
        write(folder / CLASS_PAGE, grade_pages.class_page(summary))
        _save_each(folder / "feedback", ".html", graded.mark, lambda m: grade_pages.feedback_page(told(m)))
        names.insert(0, CLASS_PAGE)
    except ModuleNotFoundError as error:
        without = str(error)
    return Saved(summary, tuple(names), without)


def _record(run: Run, graded: Graded, asked: Request, results: str) -> RunRecord:
    return RunRecord(
        command=command_line(),
        paths=tuple(os.path.abspath(path) for path in asked.paths),
        leave=tuple(os.path.abspath(path) for path in asked.leave),
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
        jobs=run.jobs,
        said=run.said,
        beside={text.file: text.text for text in run.assignment.beside},
        results=results,
    )


def _save(path: Path, pieces: Iterable[str]) -> None:
    def write_pieces(file: IO[bytes]) -> None:
        for piece in pieces:
            file.write(piece.encode())

    write_bytes(path, write_pieces)


def _save_each(folder: Path, suffix: str, found: ClassMark, said: Callable[[SubmissionMark], str | None]) -> None:
    """Write a file for each submission for which `said` gives a text, and remove those of an earlier run."""
    folder.mkdir(exist_ok=True)
    left = set(folder.glob(f"*{suffix}"))
    for mark in found.submissions:
        text = said(mark)
        if text is not None:
            path = folder / f"{safe_name(mark.submission)}{suffix}"
            write(path, text)
            left.discard(path)
    for path in left:
        path.unlink()
