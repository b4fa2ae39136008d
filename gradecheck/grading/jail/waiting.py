"""Waits for a function's answers, as long as it is worth it."""

from __future__ import annotations

import time
from typing import Any

from gradecheck.grading.jail.connection import Connection, LateError

POLLS = 4  # how often within `silent` seconds the answer file is looked at


class Wait:
    """A wait that ends when the function has been silent for so many seconds, or when its time is up.

    keeps_answering: whether it still answered when its time was up: then it is slow, and does not hang.
    """

    def __init__(self, worker: Connection, silent: float, longer: float) -> None:
        """longer: seconds in all for a function that is known to be slow, or 0."""
        self._worker, self._silent = worker, silent
        self._answered = time.monotonic()  # when an answer was last seen
        self._time = self._answered + (longer or silent)
        self._slow = longer > 0
        self._look = self._answered + silent / POLLS
        self._size = 0
        self.keeps_answering = False

    def receive(self) -> tuple[dict[str, Any], bytes, bytes]:
        """The next message. Raises LostError when the wait is over."""
        while True:
            try:
                return self._worker.receive(self._look)
            except LateError:
                now, size = time.monotonic(), self._worker.written()
                more, self._size = size != self._size, size
                if more:
                    self._answered = now
                self.keeps_answering = now >= self._time and (more or self._slow)
                if self.keeps_answering or now - self._answered >= self._silent:
                    raise
                self._look = now + self._silent / POLLS
