"""What a run writes beside its marks: all that it takes to go on, or to run again and compare."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from gradecheck.grading.bank import digests
from gradecheck.grading.classrun import codec
from gradecheck.grading.classrun.diff import load
from gradecheck.grading.classrun.run import Graded, Run
from gradecheck.grading.teacher.change import MARKS, digest_of

JOURNAL: Final = ".journal"
RESULTS: Final = "results.json"
SUMMARY: Final = "summary.json"


@dataclass(frozen=True)
class RunRecord:
    """run.json: all that it takes to mark the same again, and facts on which no result depends.

    paths, leave: what was marked, and the paths in it to skip.   assignment, text: its name, and its file's text.
    folder: of that file.   pack: the address of the pack that it came with.   beside: the files that it names.
    said: narrowed the assignment's inputs further.
    wanted: the isolation asked for; isolation: in force.   code, versions, contents: digests of what marks depend on.
    results: a digest of results.json, once that is written.
    names, roster: the rule for names, and the text of the roster; roster_file: its name.
    key: of the run, as in the journal.    marks: a digest of marks.toml as it was read, "" where there was none.
    question: the only one that was marked anew; "" where all were.
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
    folder: str = ""
    pack: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)
    names: str = ""
    roster: str | None = None
    roster_file: str = ""
    key: str = ""
    marks: str = ""
    question: str = ""


def held(folder: Path) -> tuple[str, str] | None:
    """The name and the title of the assignment whose marks a folder holds; the name twice where there is no title."""
    try:
        found = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        return str(found["assignment"]), str(found["title"])
    except (OSError, ValueError, KeyError, TypeError):  # a killed run may have left only its results
        if not (folder / RESULTS).is_file():
            return None
        name = str(load(folder).get("assignment"))
        return name, name


# -- to run it again


def load_record(path: Path) -> RunRecord:
    """The record of the run whose results are at a path. Raises ValueError where there is none."""
    file = (path if path.is_dir() else path.parent) / "run.json"
    try:
        return codec.decode(RunRecord, json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        msg = f"results: {file} cannot be read ({why}), but should say how the results came about; grade again"
        raise ValueError(msg) from error


def question_of(folder: Path, key: str) -> str:
    """The only question that was marked anew in that folder, by a run of that key; "" where all were."""
    try:
        record = load_record(folder)
    except ValueError:
        return ""
    return record.question if record.key == key else ""


def same(old: Path, new: Path) -> bool:
    """Whether two files are the same to the last byte."""
    return digest(old) == digest(new)


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of_marks(folder: Path) -> str:
    """Of what the teacher changed; "" where that is nothing."""
    return digest_of((folder / MARKS).read_bytes()) if (folder / MARKS).is_file() else ""


def changed_since(record: RunRecord, old: Path, run: Run, graded: Graded) -> list[str]:
    """What has changed since the run that wrote the old results."""
    found = []
    if digest(old) != record.results:
        found.append(f"{old} was changed since it was written")
    if digest_of_marks(old.parent) != record.marks:
        found.append(f"{MARKS} was changed since")
    if record.question:
        found.append(f"only {record.question} was marked anew then; every other mark was kept from an earlier run")
    found += installed_since(record, run)
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


def installed_since(record: RunRecord, run: Run) -> list[str]:
    """What is installed otherwise than it was for the recorded run."""
    found = []
    if digests.code(*run.assignment.packs) != record.code:
        found.append("gradecheck itself, or the pack, was changed since")
    for name, now in digests.versions().items():
        was = record.versions.get(name, "")
        if was != now:
            found.append(f"{name} was {was or 'not installed'}, and is {now or 'not installed'}")
    return found
