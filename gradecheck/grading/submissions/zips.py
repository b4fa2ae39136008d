"""The zip of a whole class, which stays packed: each submission in it is read when it is marked."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Final

from gradecheck.grading.submissions.archives import inside_of, of_member
from gradecheck.grading.submissions.carried import Member, UnreadableError
from gradecheck.grading.submissions.litter import is_read

MOST_FILES: Final = 200_000
TOP: Final = "."
"""The path of the folder that holds all others of a zip."""
UTF8: Final = 0x800  # the flag of a member whose name is UTF-8


@dataclass(frozen=True)
class Zip:
    """plain: its files by path, from TOP on.    folders: what lies in each, by name, and whether that is a folder."""

    archive: zipfile.ZipFile
    plain: Mapping[str, zipfile.ZipInfo]
    folders: Mapping[str, Mapping[str, bool]]

    def below(self, folder: str) -> Mapping[str, bool]:
        return self.folders.get(folder, {})

    def files(self, folder: str) -> Iterator[str]:
        """The paths of all files in a folder and in those in it."""
        for name, is_folder in self.below(folder).items():
            path = f"{folder}/{name}"
            if is_folder:
                yield from self.files(path)
            else:
                yield path

    def member(self, path: str) -> Member:
        found = self.plain[path]
        return Member(found.file_size, partial(_bytes, self.archive, found))


def _bytes(archive: zipfile.ZipFile, found: zipfile.ZipInfo, most: int) -> bytes:
    """Raises UnreadableError for whatever a decompressor raises."""
    try:
        return of_member(archive, found, most)
    except UnreadableError:
        raise
    except Exception as error:  # zipfile raises whatever its decompressors do
        raise UnreadableError(f"it cannot be read in its zip ({type(error).__name__})") from error


def opened(path: Path) -> Zip:
    """A zip. Raises ValueError where it is none that can be read."""
    try:
        return _kept(path, path.stat().st_mtime_ns)
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        raise ValueError(f"path: {path} cannot be read ({error}), but should be a zip") from error


@lru_cache(maxsize=4)
def _kept(path: Path, changed: int) -> Zip:
    archive = zipfile.ZipFile(path)
    if len(archive.infolist()) > MOST_FILES:
        raise ValueError(f"path: {path} holds more than {MOST_FILES} files; unpack it, and name the folder")
    plain: dict[str, zipfile.ZipInfo] = {}
    folders: dict[str, dict[str, bool]] = {}
    for member in archive.infolist():
        path_in_it = inside_of(_named(member))
        is_plain = not member.is_dir() and stat.S_IFMT(member.external_attr >> 16) in (0, stat.S_IFREG)
        if is_plain and path_in_it and is_read(path_in_it):
            name, is_folder = f"{TOP}/{path_in_it}", False
            plain[name] = member
            while name != TOP:
                folder, _, own = name.rpartition("/")
                folders.setdefault(folder, {})[own] = is_folder
                name, is_folder = folder, True
    return Zip(archive, plain, folders)


def _named(member: zipfile.ZipInfo) -> str:
    """The member's name. Many programs write UTF-8 without saying so."""
    if member.flag_bits & UTF8:
        return member.filename
    try:
        return member.filename.encode("cp437").decode()
    except UnicodeError:
        return member.filename
