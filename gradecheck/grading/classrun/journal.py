"""The journal of a run: one line for each marked submission, on disk before the next is begun.

A line is a key, a checksum and the record. The key is a digest of everything that the record depends on, so that the
record of a changed submission is not found. A run that was killed goes on from here; a half-written line is dropped.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from pathlib import Path
from types import TracebackType
from typing import Final

LINE: Final = re.compile(rb"([0-9a-f]{32}) ([0-9a-f]{16}) (.*)\n")


class BusyError(Exception):
    """Another run is writing to the same journal."""


class Journal:
    """Records by key, in a file that only grows. Raises BusyError while another run has it, OSError from the disk."""

    def __init__(self, path: Path) -> None:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o644)
        self._file = os.fdopen(handle, "rb", buffering=0)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise BusyError from error
        self._places: dict[str, tuple[int, int]] = {}
        self._end = self._read()
        os.truncate(handle, self._end)

    def _read(self) -> int:
        """Find each whole record; returns the end of the last whole line."""
        end = 0
        with open(self._file.fileno(), "rb", closefd=False) as lines:
            for line in lines:
                found = LINE.fullmatch(line)
                if found and found[2] == _checksum(found[3]):
                    self._places[found[1].decode()] = (end + found.start(3), len(found[3]))
                if line.endswith(b"\n"):
                    end += len(line)
        return end

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def __getitem__(self, key: str) -> str:
        start, size = self._places[key]
        return os.pread(self._file.fileno(), size, start).decode()

    def add(self, key: str, record: str) -> None:
        """Keep the record, one line of text; it is on disk when this returns."""
        data = record.encode()
        head = key.encode() + b" " + _checksum(data) + b" "
        line = memoryview(head + data + b"\n")
        while line:
            line = line[os.write(self._file.fileno(), line) :]
        os.fsync(self._file.fileno())
        self._places[key] = (self._end + len(head), len(data))
        self._end += len(head) + len(data) + 1


def _checksum(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest()[:16].encode()
