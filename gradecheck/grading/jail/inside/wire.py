"""A worker's two pipes and its answer file."""

import json
import os
from typing import Any

from .protocol import FRAME, frame

# Bound once: a submission that patches these by accident is still heard.
from_json = json.JSONDecoder().decode
getpid, write, read, leave = os.getpid, os.write, os.read, os._exit

Json = dict[str, Any]


class Wire:
    """Only the process that opened it may use it: a fork may not. No program that the submission starts inherits it."""

    def __init__(self, requests: int, control: int, answers: int) -> None:
        self.requests, self.control, self.answers = requests, control, answers
        self.owner = getpid()
        self.asking = False
        for file in (requests, control, answers):
            os.set_inheritable(file, False)

    def _write(self, file: int, data: bytes) -> None:
        if getpid() != self.owner:  # the submission forked and its child came back to us
            leave(0)
        while written := write(file, data):
            if written == len(data):
                return
            data = data[written:]

    def _read(self, size: int) -> bytes:
        parts = []
        while size:
            part = read(self.requests, min(size, 1 << 20))
            if not part:
                leave(0)
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def receive(self) -> tuple[Json, bytes]:
        header, payload = FRAME.unpack(self._read(FRAME.size))
        return from_json(self._read(header).decode()), self._read(payload)

    def send(self, message: Json, payload: bytes = b"") -> None:
        self._write(self.control, frame(message, payload))

    def ask(self, message: Json, payload: bytes) -> tuple[Json, bytes]:
        """The marker's reply. No alarm may come between: the next one who asks would get it."""
        try:
            self.asking = True
            self.send(message, payload)
            return self.receive()
        finally:
            self.asking = False

    def answer(self, record: bytes) -> None:
        self._write(self.answers, record)
