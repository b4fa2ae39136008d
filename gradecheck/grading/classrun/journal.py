"""The journal of a run: one line for each marked submission, on disk before the next is begun.

A line is a key, a checksum and the record. The key is a digest of everything that the record depends on, so that the
record of a changed submission is not found. A run that was killed goes on from here, over a half-written line.
docs/development.md says why this is no sqlite3 database.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final

HEAD: Final = re.compile(rb"([0-9a-f]{32}) ([0-9a-f]{16}) ")
SAMPLE: Final = b"0" * 32 + b" " + b"0" * 16 + b" "
"""A head. The record begins behind it."""
BUFFER: Final = 1 << 18  # bytes; a line has about 20,000, and with Python's 8192 reading takes three times as long


class BusyError(Exception):
    """Another run is writing to the same journal."""


class ForeignError(Exception):
    """The file is no journal. It was left as it is."""


class Journal:
    """Records by key, in a file that only grows.

    Raises BusyError while another run has it, ForeignError for a file that is no journal, OSError from the disk.
    """

    def __init__(self, path: Path) -> None:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        self._file = os.fdopen(handle, "rb", buffering=0)
        self._places: dict[str, tuple[int, int]] = {}
        try:
            _lock(handle)
            self._end = self._read()
            _sync_folder(path.parent)
        except BaseException:
            self._file.close()
            raise

    def _read(self) -> int:
        """Find each whole record; returns the end of the last whole line, where the next is written."""
        end = 0
        with open(self._file.fileno(), "rb", BUFFER, closefd=False) as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    break  # half of the last one
                head, data = HEAD.match(line), line[len(SAMPLE) : -1]
                if head and head[2] == _checksum(data):
                    self._places[head[1].decode()] = (end + len(SAMPLE), len(data))
                end += len(line)
        begin = os.pread(self._file.fileno(), len(SAMPLE), 0)
        if not self._places and not HEAD.match(begin + SAMPLE[len(begin) :]):
            raise ForeignError
        return end

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __getitem__(self, key: str) -> str:
        start, size = self._places[key]
        return os.pread(self._file.fileno(), size, start).decode()

    def add(self, key: str, record: str) -> None:
        """Keep the record, one line of text; it is on disk when this returns.

        Raises OSError where the disk does not take it: there is no such record then, and another can be added.
        """
        self.add_all([(key, record)])

    def add_all(self, records: Iterable[tuple[str, str]]) -> None:
        """Keep every record, by its key; all are on disk when this returns. Raises as `add` does."""
        places: dict[str, tuple[int, int]] = {}
        end = self._end
        for key, record in records:
            data = record.encode()
            line = memoryview(b"%s %s %s\n" % (key.encode(), _checksum(data), data))
            places[key] = (end + len(SAMPLE), len(data))
            end += len(line)
            while line:
                line = line[os.pwrite(self._file.fileno(), line, end - len(line)) :]
        os.fsync(self._file.fileno())
        self._places |= places
        self._end = end


def _checksum(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest()[:16].encode()


def _lock(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BusyError from error


def _sync_folder(folder: Path) -> None:
    """Put a new file's name on disk, where the file system can: a power cut may take a file whose name is not there."""
    handle = os.open(folder, os.O_RDONLY)
    with suppress(OSError):
        os.fsync(handle)
    os.close(handle)
