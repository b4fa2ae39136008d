"""A started worker and its wires: every wait has a deadline, and every read a size."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import selectors
import time
from typing import Any, Final

from gradecheck.grading.jail.answers import Died, Limit, LimitKind, Output
from gradecheck.grading.jail.inside.protocol import ProtocolError, split
from gradecheck.grading.jail.limits import Limits
from gradecheck.grading.jail.process import Isolation, JailError
from gradecheck.grading.jail.unpacking import MALFORMED, text
from gradecheck.grading.jail.workers import OUT_OF_MEMORY, start_worker

SHOWN = 16 << 10  # bytes kept of what a function prints
LIMITS: Final[dict[str, LimitKind]] = {"SIGXCPU": "time", OUT_OF_MEMORY: "memory"}
"""Ways to end that are limits."""
ALL_CASES = 1 << 20  # bytes: room for all cases of most functions


class LostError(Exception):
    """The worker cannot be used any more."""

    def __init__(self, outcome: Limit | Died) -> None:
        self.outcome = outcome


class LateError(LostError):
    """Nothing came in time; the caller may wait longer."""


class Connection:
    """A process and its wires."""

    def __init__(self, isolation: Isolation, limits: Limits) -> None:
        self.room = limits.written + (1 << 20)
        self.answers = os.memfd_create("answers")
        self.output = os.memfd_create("output")
        fcntl.fcntl(self.output, fcntl.F_SETFL, os.O_APPEND)  # so that it can be truncated between two functions
        requests, self._in = os.pipe()
        self._out, control = os.pipe()
        for file in (self._in, self._out):
            os.set_blocking(file, False)
        with contextlib.suppress(OSError):  # this user may not have as much: then the two wake each other more often
            fcntl.fcntl(self._in, fcntl.F_SETPIPE_SZ, ALL_CASES)
        try:
            self.process = start_worker(isolation, limits, (requests, control, self.answers), self.output)
        except (OSError, JailError) as problem:
            said = self.printed().text
            self._close_files()
            msg = f"a worker did not start ({' '.join(f'{problem} {said}'.split())[-500:]})"
            raise JailError(msg) from None
        finally:
            os.close(requests)
            os.close(control)
        self._waiting = bytearray()
        self._received = bytearray()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._out, selectors.EVENT_READ)
        self._selector.register(self.process.exit, selectors.EVENT_READ)

    def send(self, *frames: bytes) -> None:
        if not self._waiting:
            self._selector.register(self._in, selectors.EVENT_WRITE)
        self._waiting += b"".join(frames)

    @property
    def busy(self) -> bool:
        """Whether the worker has still to read something that was sent."""
        return bool(self._waiting)

    def receive(self, deadline: float) -> tuple[dict[str, Any], bytes, bytes]:
        """The next message with its header and payload. Raises LostError when there will be none in time."""
        while True:
            try:
                found = split(self._received, 0, self.room)
                if found is not None:
                    header, payload, end = found
                    del self._received[:end]
                    message = json.loads(header)
                    if type(message) is not dict:
                        raise ProtocolError
                    return message, header, payload
            except MALFORMED:
                raise LostError(Died("protocol")) from None
            left = deadline - time.monotonic()
            if left <= 0:
                raise LateError(Limit("time"))
            ready = {key.fd for key, _ in self._selector.select(left)}
            if self._in in ready:
                self._push()
            if self._out in ready:
                self._pull()
            elif self.process.exit in ready:  # and nothing more to read
                how = self.process.ended()
                raise LostError(Limit(LIMITS[how]) if how in LIMITS else Died(how))

    def _push(self) -> None:
        try:
            del self._waiting[: os.write(self._in, self._waiting)]
        except BlockingIOError:
            return
        except BrokenPipeError:  # it closed its end without reading: its answers mean nothing
            self._waiting.clear()
        if not self._waiting:
            self._selector.unregister(self._in)

    def _pull(self) -> None:
        try:
            data = os.read(self._out, 1 << 16)
        except BlockingIOError:  # it also opened our end, and was faster
            return
        self._received += data
        if not data:
            self._selector.unregister(self._out)

    def clear(self) -> None:
        os.truncate(self.answers, 0)
        os.truncate(self.output, 0)

    def written(self) -> int:
        """Bytes of answers so far."""
        return os.fstat(self.answers).st_size

    def answered(self) -> bytes:
        return os.pread(self.answers, min(self.room, os.fstat(self.answers).st_size), 0)

    def printed(self) -> Output:
        shown = os.pread(self.output, SHOWN, 0).decode(errors="replace")
        return Output(text(shown, SHOWN), os.fstat(self.output).st_size)

    def close(self) -> None:
        self.process.kill()
        self._selector.close()
        self._close_files()

    def _close_files(self) -> None:
        for file in (self._in, self._out, self.answers, self.output):
            os.close(file)
