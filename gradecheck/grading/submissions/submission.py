"""Reads source code from files, notebooks, archives and folders. Nothing is run or extracted."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final

from gradecheck.grading.source import File, Source
from gradecheck.grading.submissions import refused
from gradecheck.grading.submissions.carried import (
    MOST_BYTES,
    MOST_ENTRIES,
    TOO_MANY,
    Member,
    UnreadableError,
    carried,
    is_archive,
    is_code,
    left_out,
)
from gradecheck.grading.submissions.code import Code, called, holds, read_file
from gradecheck.grading.submissions.litter import is_aside, is_read
from gradecheck.grading.submissions.names import printable

NESTED: Final = 4  # archives in archives
EMPTY: Final = "it is empty, but should hold the functions"


@dataclass(frozen=True)
class Content:
    """All that was handed in, as bytes.    name: of the file or folder.    left: files for which there was no room."""

    name: str
    files: tuple[File, ...]
    left: tuple[str, ...] = ()

    @property
    def is_one_file(self) -> bool:
        return [file.path for file in self.files] == [self.name]


def entries(folder: Path) -> list[Path]:
    """The submissions in a class's folder: everything in it but hidden files and those of the system."""
    return sorted(path for path in folder.iterdir() if is_read(path.name))


def read(path: Path, asked: Collection[str] = (), wanted: str | None = None) -> Source:
    """The code of a submission.    asked: names of functions.    wanted: name of the file in the assignment.

    Raises UnreadableError with the reason, and OSError where the system refuses.
    """
    return parse(fetch(path), asked, wanted)


# -- to bytes


def fetch(path: Path, name: str = "") -> Content:
    """All files of a submission.    name: of it, if it has another one there. Raises as `read` does."""
    name = name or path.name
    if path.is_symlink():
        raise UnreadableError("it is a link, but should be a file of its own")
    if path.is_dir():
        found = carried(dict(members(path)))
        return Content(name, found.files, found.left)
    if not path.is_file():
        raise UnreadableError("it is no file and no folder")
    return one_file(name, _bytes(path, MOST_BYTES + 1))


def one_file(name: str, data: bytes) -> Content:
    """A submission of one file. Raises UnreadableError where it is too large."""
    if len(data) > MOST_BYTES:
        raise UnreadableError(f"it has more than {MOST_BYTES >> 20} MiB, but should have at most that")
    return Content(name, (File(name, data),))


def _bytes(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)


def members(folder: Path) -> Iterator[tuple[str, Member]]:
    """The plain files below a folder; links are not followed."""
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = [] if "pyvenv.cfg" in names else sorted(filter(is_read, folders))
        for name in sorted(filter(is_read, names)):
            count += 1
            if count > MOST_ENTRIES:
                raise UnreadableError(TOO_MANY)
            path = Path(place, name)
            status = os.lstat(path)
            if stat.S_ISREG(status.st_mode):
                yield path.relative_to(folder).as_posix(), Member(status.st_size, partial(_bytes, path))


# -- to code


def parse(content: Content, asked: Collection[str] = (), wanted: str | None = None) -> Source:
    """The code in what was handed in. Raises UnreadableError with the reason."""
    files, notes = _opened(content, asked)
    if content.is_one_file and files == content.files and is_code(content.name):
        code = read_file(files[0])
        if code.is_empty:
            raise UnreadableError(_empty(code, asked))
        if not code.written:
            notes = (*called(content.name), *code.notes)
            return Source(code.cells, notes, content.name, (), code.lost, code.prose, code.look)
    from gradecheck.grading.submissions.choosing import Choosing  # most hand in one file, of which none is chosen
    from gradecheck.grading.submissions.reading import Reading

    reading = Reading(files, frozenset(asked))
    if not reading.candidates:
        raise UnreadableError(reading.error or _holds_none(content, files, notes))
    choice = Choosing(reading.candidates, frozenset(asked), wanted).choice()
    if choice.chosen.code.is_empty:
        raise UnreadableError(_empty(choice.chosen.code, asked))
    told = () if choice.chosen.path == content.name else choice.notes
    source = reading.source(choice.chosen)
    return replace(source, notes=(*notes, *told, *source.notes), look=(*choice.look, *source.look))


def _opened(content: Content, asked: Collection[str]) -> tuple[tuple[File, ...], tuple[str, ...]]:
    """The files, with those in archives if no other is code; and notes on that."""
    files, notes = content.files, left_out(content.left)
    if content.is_one_file:
        refused.check(files[0])
    for _ in range(NESTED):
        packed = [file for file in files if is_archive(file)]
        plain = [file for file in files if file not in packed]
        if any((is_code(file.path) and not is_aside(file.path)) or holds(file, asked) for file in plain):
            break
        if not packed:
            break
        from gradecheck.grading.submissions.archives import unpacked  # only where there is an archive

        files = tuple(plain)
        for file in packed:
            folder = PurePosixPath(file.path).parent
            if len(packed) > 1:
                folder /= PurePosixPath(file.path).name.partition(".")[0]
            refused.check(file)
            found = unpacked(file)
            files += tuple(File((folder / inside.path).as_posix(), inside.data) for inside in found.files)
            if file.path != content.name or not file.path.lower().endswith(".zip"):
                notes += (f"{printable(file.path)} was unpacked",)
            notes += left_out(found.left)
    return files, notes


def _empty(code: Code, asked: Collection[str]) -> str:
    """A sentence that there is no code; with the functions that are in text, and not run."""
    from gradecheck.grading.submissions.near import Neighbourhood

    around = Neighbourhood(Source(code.cells, prose=code.prose), frozenset(asked))
    alike: dict[str, tuple[str, list[str]]] = {}  # by advice
    for name in sorted(asked):
        if (near := around.near(name)) is not None:
            alike.setdefault(near.help, (near.what, []))[1].append(name)
    others = [f", and the same holds for {', '.join(names[1:])}" * (len(names) > 1) for _, names in alike.values()]
    return "; ".join((EMPTY, *(f"{what}{more}" for (what, _), more in zip(alike.values(), others, strict=True))))


def _holds_none(content: Content, files: Sequence[File], notes: Sequence[str]) -> str:
    """Why there is nothing to mark."""
    if content.is_one_file and files == content.files:
        was = printable(PurePosixPath(content.name).suffix) or "file without a suffix"
        return f"it is a {was}, but should be .py, .ipynb, .zip or a folder"
    if said := refused.first(files):
        return f"it holds no .py and no .ipynb; {said}"
    return "; ".join(("it holds no .py and no .ipynb, but should hold one", *notes))
