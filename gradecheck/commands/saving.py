"""Writes a marked class to files: its marks, its pages, and the record of the run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Final, Literal

from gradecheck.grading.classrun import codec
from gradecheck.grading.classrun.run import Graded, Run
from gradecheck.grading.classrun.summary import ClassSummary, summarise
from gradecheck.grading.classrun.written import RESULTS, SUMMARY, RunRecord, digest
from gradecheck.grading.marks import ClassMark, SubmissionMark
from gradecheck.grading.submissions.names import safe_name
from gradecheck.machine.files import write, write_bytes
from reports import class_summary, feedback, grade_pages, gradebook, gradescope

CLASS_PAGE: Final = "class.html"
Format = Literal["gradescope"]


@dataclass(frozen=True)
class Saved:
    """The names of the files in the run's folder.    without: why there are no pages; "" if there are."""

    summary: ClassSummary
    names: tuple[str, ...]
    without: str


def save(folder: Path, run: Run, graded: Graded, record: RunRecord, formats: Sequence[Format]) -> Saved:
    """Write everything.

    results.json and gradebook.csv are the same bytes for the same submissions, even after an interruption.
    """
    functions = tuple(q.name for q in run.assignment.questions)
    _save(folder / RESULTS, gradebook.results(graded.mark))
    _save(folder / "gradebook.csv", gradebook.gradebook(graded.mark, functions))
    asked = run.assignment

    def told(mark: SubmissionMark) -> feedback.Feedback:
        return feedback.feedback(mark, asked.title, asked.feedback)

    _save_each(folder / "feedback", ".md", graded.mark, lambda m: feedback.markdown(told(m)))
    if "gradescope" in formats:
        _save_each(folder / "gradescope", ".json", graded.mark, lambda m: gradescope.gradescope(m, asked.feedback))
    summary = summarise(run.assignment, graded, run.jobs)
    write(folder / SUMMARY, class_summary.document(summary))
    write(folder / "run.json", json.dumps(codec.encode(replace(record, results=digest(folder / RESULTS))), indent=1))
    names, without = [RESULTS, "gradebook.csv", SUMMARY, "feedback/", *(f"{name}/" for name in formats)], ""
    try:
        write(folder / CLASS_PAGE, grade_pages.class_page(summary))
        _save_each(folder / "feedback", ".html", graded.mark, lambda m: grade_pages.feedback_page(told(m)))
        names.insert(0, CLASS_PAGE)
    except ModuleNotFoundError as error:
        without = str(error)
    return Saved(summary, tuple(names), without)


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
