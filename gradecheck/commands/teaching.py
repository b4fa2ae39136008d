"""Reads and adds to the marks.toml of a folder of results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gradecheck.commands.common import Usage

if TYPE_CHECKING:
    from gradecheck.grading.classrun.run import Run
    from gradecheck.grading.teacher.change import Change, Standing


def _content(folder: Path) -> bytes:
    """The content of marks.toml; b"" where there is none. Raises Usage for a file that cannot be read."""
    from gradecheck.grading.teacher.change import MARKS

    path = folder / MARKS
    try:
        return path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise _unreadable(path, error.strerror) from error


def _text(folder: Path, content: bytes) -> str:
    """The same as a text; a mark of its encoding, as some editors write it, is left out. Raises Usage for no UTF-8."""
    from gradecheck.grading.teacher.change import MARKS

    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(folder / MARKS, "it is no UTF-8") from error


def _unreadable(path: Path, why: str | None) -> Usage:
    return Usage(f"marks: {path} cannot be read ({why}), but should be what the teacher changed")


def standing_of(folder: Path, run: Run) -> Standing:
    """What the teacher changed of that run. Raises Usage, before any work, for what does not fit it."""
    return _standing(folder, _content(folder), run)


def _standing(folder: Path, content: bytes, run: Run) -> Standing:
    from gradecheck.grading.teacher.change import MARKS
    from gradecheck.grading.teacher.reading import read
    from gradecheck.grading.teacher.standing import standing

    text = _text(folder, content)
    try:
        return replace(standing(read(text, str(folder / MARKS)), run.people, run.assignment), file=content)
    except ValueError as error:
        raise Usage(str(error)) from error


def add(folder: Path, change: Change, seen: Callable[[str], str | None], run: Run) -> tuple[Standing, tuple[str, ...]]:
    """Add a change to the file; returns what counts then, and the ids of the students whom it is about.

    seen: what a student had handed in. Raises Usage where the file or the change does not fit; nothing is written then.
    """
    from gradecheck.grading.teacher.change import MARKS
    from gradecheck.grading.teacher.reading import read
    from gradecheck.grading.teacher.standing import checked, standing
    from gradecheck.grading.teacher.writing import added
    from gradecheck.machine.files import write

    text = _text(folder, _content(folder))
    try:
        old = read(text, str(folder / MARKS))
        standing(old, run.people, run.assignment)
        ids = tuple(student.id for student in checked(change, run.people, run.assignment))
        each = [replace(change, student=id, seen=seen(id) if change.on_what_was_seen else None) for id in ids]
        standing([*old, *each], run.people, run.assignment)
    except ValueError as error:
        raise Usage(str(error)) from error
    for one in each:
        text = added(text, one)
    found = _standing(folder, text.encode(), run)
    write(folder / MARKS, text)
    return found, ids


def keep(found: Standing, old: Path, new: Path) -> None:
    """Write the file, as it was read beside the old results, beside new ones. Raises Usage where another is there."""
    from gradecheck.grading.teacher.change import MARKS
    from gradecheck.machine.files import write_bytes

    if (new / MARKS).exists() and _content(new) != found.file:
        raise Usage(
            f"out: {new} holds another {MARKS} than {old}, but should hold the same or none; name another folder"
        )
    if found.file:
        write_bytes(new / MARKS, lambda file: file.writelines([found.file]))
