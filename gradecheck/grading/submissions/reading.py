"""The files of a submission that are code, the one to mark, and the files beside it when it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final

from gradecheck.grading.source import File, Source
from gradecheck.grading.submissions.carried import UnreadableError, is_code
from gradecheck.grading.submissions.choosing import Candidate, reached
from gradecheck.grading.submissions.code import called, holds, read_file
from gradecheck.grading.submissions.names import printable

MOST_LOOKED_AT: Final = 8 << 20  # bytes of code, of all files together


@dataclass(frozen=True)
class Reading:
    """files: of a submission, by path.    asked: names of functions."""

    files: tuple[File, ...]
    asked: frozenset[str]

    @cached_property
    def _read(self) -> tuple[tuple[Candidate, ...], str]:
        """The files of code; and why the first unreadable one cannot be read."""
        found: list[Candidate] = []
        error = ""
        room = MOST_LOOKED_AT
        for named in (True, False):
            for file in self.files:
                if is_code(file.path) != named or not (named or holds(file, self.asked)):
                    continue
                if not file.path.lower().endswith(".ipynb"):
                    room -= len(file.data)
                if room < 0:
                    break
                try:
                    found.append(Candidate(file.path, read_file(file, f"{printable(file.path)}, ")))
                except UnreadableError as problem:
                    error = error or f"{printable(file.path)}: {problem}"
            if any(candidate.code.bound & self.asked for candidate in found):
                break
        taken = {file.path for file in self.files}
        for candidate in tuple(found):
            for file in self._written(candidate).values():
                if file.path.endswith(".py") and file.path not in taken:
                    code = read_file(file, f"{printable(file.path)}, ")
                    found.append(Candidate(file.path, code, written=True))
                    taken.add(file.path)
        return tuple(found), error

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        return self._read[0]

    @property
    def error(self) -> str:
        return self._read[1]

    def _written(self, candidate: Candidate) -> Mapping[str, File]:
        """The files that a notebook's cells write, by their paths."""
        there = {file.path: file.data for file in self.files}
        found: dict[str, File] = {}
        for written in candidate.code.written:
            parts = [part for part in PurePosixPath(written.name).parts if part not in ("/", "..", ".", "~")]
            if not parts:
                continue
            path = PurePosixPath(candidate.path).parent.joinpath(*parts).as_posix()
            before = found[path].data if path in found else there.get(path, b"")
            text = written.text.encode(errors="backslashreplace")
            found[path] = File(path, before + text if written.more else text)
        return found

    def source(self, chosen: Candidate) -> Source:
        """The file that is marked, as a submission."""
        everything = {file.path: file for file in self.files}
        for candidate in self.candidates:
            if not candidate.written and candidate.code.written:
                everything |= self._written(candidate)
        main = everything.pop(chosen.path)
        code = chosen.code
        if code.lost or code.notes:
            code = read_file(main)  # so that places are told without the file's name
        notes, lost, look = [*called(chosen.path), *code.notes], [*code.lost], [*code.look]
        known = {candidate.path: candidate.code for candidate in self.candidates}
        for path in sorted(reached(chosen.path, known)):
            helper = known[path]
            lost += helper.lost
            look += helper.look
            name = printable(path)
            notes += [note if note.startswith(f"{name}, ") else f"{name}: {note}" for note in helper.notes]
            if (helper.lost or helper.notes) and len(helper.cells) == 1:
                data = helper.cells[0].encode(helper.encoding, errors="backslashreplace")
                everything[path] = File(path, data)
        name = PurePosixPath(main.path).name
        return Source(code.cells, tuple(notes), name, _beside(main, everything), tuple(lost), code.prose, tuple(look))


def _beside(main: File, others: Mapping[str, File]) -> tuple[File, ...]:
    """The other files where the main one finds them: from its own folder, and from the top of the submission."""
    here = PurePosixPath(main.path).parent
    placed: dict[str, File] = {}
    for path, file in others.items():
        place = PurePosixPath(path)
        if place.is_relative_to(here):
            name = place.relative_to(here).as_posix()
            placed[name] = File(name, file.data)
    for path, file in others.items():
        if not PurePosixPath(path).is_relative_to(here) or path.endswith(".py"):
            placed.setdefault(path, File(path, file.data))
    return tuple(placed[name] for name in sorted(placed))
