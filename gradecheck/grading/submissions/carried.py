"""Which of the files that were handed in are read: code first, no litter, and no more than there is room for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from gradecheck.grading.source import File
from gradecheck.grading.submissions.litter import environments, is_read
from gradecheck.grading.submissions.names import printable

MOST_BYTES: Final = 32 << 20  # a notebook holds its pictures
MOST_FILES: Final = 1000
MOST_ENTRIES: Final = 20_000  # with those that are not read, as of a virtual environment
TOO_MANY: Final = f"it holds more than {MOST_ENTRIES} files, but should hold at most {MOST_FILES}"
OVERFLOWS: Final = 3  # so many files may be larger than they claim before the others are skipped
PACKED: Final = (".zip", ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")
PACKED_BEGINS: Final = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
CODE: Final = (".py", ".ipynb", ".py.txt", ".ipynb.txt", ".ipynb.json", ".pyw")


class UnreadableError(ValueError):
    """A submission that cannot be marked at all; the message says why, and what it should be."""


@dataclass(frozen=True)
class Member:
    """A file in a folder or an archive. size: as claimed.   read: gives its bytes, but no more than that many."""

    size: int
    read: Callable[[int], bytes]


@dataclass(frozen=True)
class Carried:
    """left: the names of files for which there was no room."""

    files: tuple[File, ...]
    left: tuple[str, ...] = ()


def is_code(path: str) -> bool:
    return path.lower().endswith(CODE)


def is_archive(file: File) -> bool:
    """Whether it is an archive, by its name, or by its first bytes if the name does not say what it is."""
    name = file.path.lower()
    named = PurePosixPath(name).suffix in ("", ".py", ".ipynb", ".gz")
    return name.endswith(PACKED) or (named and file.data.startswith(PACKED_BEGINS))


def carried(found: Mapping[str, Member]) -> Carried:
    """The members, by their paths, that are part of a submission."""
    ours = {path: member for path, member in found.items() if path and is_read(path)}
    elsewhere = tuple(f"{folder}/" for folder in environments(ours))
    files: list[File] = []
    left: list[str] = []
    room, overflows = MOST_BYTES, 0
    for path in sorted(ours, key=lambda path: (not is_code(path), path.count("/"), path)):
        if path.startswith(elsewhere):
            continue
        data = None
        if len(files) < MOST_FILES and ours[path].size <= room and overflows < OVERFLOWS:
            data = ours[path].read(room + 1)
            overflows += len(data) > room
        if data is None or len(data) > room:
            left.append(path)
            continue
        room -= len(data)
        files.append(File(path, data))
    return Carried(tuple(files), tuple(left))


def left_out(names: tuple[str, ...]) -> tuple[str, ...]:
    """A note on the files for which there was no room."""
    if not names:
        return ()
    told = ", ".join(map(printable, names[:4])) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    return (f"{told} left out: of a submission {MOST_BYTES >> 20} MiB are read, and {MOST_FILES} files",)
