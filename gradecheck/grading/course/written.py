"""What a run leaves in its folder, so that a later one can go on, do it again, or be held against it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Final, Literal

from gradecheck.files import write, write_bytes
from gradecheck.grading.banked import digests
from gradecheck.grading.course import codec
from gradecheck.grading.course.diff import load
from gradecheck.grading.course.run import Graded, Run
from gradecheck.grading.course.summary import ClassSummary, summarise
from gradecheck.grading.handed_in.names import safe_name
from gradecheck.grading.marks import ClassMark, SubmissionMark
from reports import class_summary, feedback, grade_pages, gradebook, gradescope

JOURNAL: Final = ".journal"
RESULTS: Final = "results.json"
SUMMARY: Final = "summary.json"
CLASS_PAGE: Final = "class.html"
Format = Literal["gradescope"]


@dataclass(frozen=True)
class RunRecord:
    """run.json: all that it takes to mark the same again. No result depends on the rest of it.

    paths, leave: what was marked, and what in it was not.   assignment, text: its name, and the file as it was read.
    said: what narrowed the assignment's inputs further.   beside: the files that it names, by name.
    wanted: the isolation asked for; isolation: in force.   code, versions, contents: digests of what marks depend on.
    results: a digest of results.json, once that is written.
    """

    command: str
    paths: tuple[str, ...]
    leave: tuple[str, ...]
    assignment: str
    text: str
    wanted: Literal["auto", "required", "none"]
    isolation: str
    code: str
    versions: Mapping[str, str]
    contents: Mapping[str, str]
    ended: str
    seconds: float
    jobs: int
    results: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Saved:
    """What was written: names in the run's folder.    without: why there are no pages, or nothing."""

    summary: ClassSummary
    names: tuple[str, ...]
    without: str


def save(folder: Path, run: Run, graded: Graded, record: RunRecord, formats: Sequence[Format]) -> Saved:
    """Write everything.

    results.json and gradebook.csv are the same bytes for the same submissions, whatever happened on the way.
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
    write(folder / "run.json", json.dumps(codec.encode(replace(record, results=_digest(folder / RESULTS))), indent=1))
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
    """A file for each submission of which something is said, and none that an earlier run has left."""
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


def held(folder: Path) -> tuple[str, str] | None:
    """The name and the title of the assignment whose marks a folder holds; the name twice where no title is told."""
    try:
        found = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        return str(found["assignment"]), str(found["title"])
    except (OSError, ValueError, KeyError, TypeError):  # a run that was killed may have left its results alone
        if not (folder / RESULTS).is_file():
            return None
        name = str(load(folder).get("assignment"))
        return name, name


# -- to do it again


def load_record(path: Path) -> RunRecord:
    """The record of the run whose results are at a path. Raises ValueError where there is none."""
    file = (path if path.is_dir() else path.parent) / "run.json"
    try:
        return codec.decode(RunRecord, json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        msg = f"regrade: {file} cannot be read ({why}), but should say how the results came about; grade again"
        raise ValueError(msg) from error


def same(old: Path, new: Path) -> bool:
    """Whether two files are the same to the last byte."""
    return _digest(old) == _digest(new)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def changed_since(record: RunRecord, old: Path, run: Run, graded: Graded) -> list[str]:
    """What is no longer as it was in the run that wrote the old results."""
    found = []
    if _digest(old) != record.results:
        found.append(f"{old} was changed since it was written")
    if digests.code() != record.code:
        found.append("gradecheck itself was changed since")
    for name, now in digests.versions().items():
        was = record.versions.get(name, "")
        if was != now:
            found.append(f"{name} was {was or 'not installed'}, and is {now or 'not installed'}")
    if run.isolation.line != record.isolation:
        found.append(f"the isolation was: {record.isolation}; and is: {run.isolation.line}")
    for name in {**record.contents, **graded.contents}:
        if name not in graded.contents:
            found.append(f"{name} is gone, or cannot be read")
        elif name not in record.contents:
            found.append(f"{name} is new, or could not be read")
        elif record.contents[name] != graded.contents[name]:
            found.append(f"{name} was changed since")
    return found
