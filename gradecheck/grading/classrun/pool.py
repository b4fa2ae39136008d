"""Markers: processes of ours that mark one submission after another; a lost one is replaced.

A marker is a process and not a thread: a jail has to be started and ended by the same thread, and comparing takes
processor time. Records come back as text and are not kept here.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Protocol

from gradecheck.machine.cores import THREADS

STARTING = 600.0  # seconds for a marker to be ready: it may have to compute the bank
ENDING = 5.0  # seconds that a marker has to end its jail before it is killed


class Work(Protocol):
    """The work of a marker. It is pickled once, to the marker's process."""

    def begin(self) -> Any:
        """Load what every task needs, and return it for `task`."""

    def task(self, ready: Any, given: Any) -> Any:
        """Do one task, and return its result."""


class MarkerError(Exception):
    """Markers do not start: nothing can be marked."""


@dataclass(frozen=True)
class Lost:
    """A task whose marker ended, or did not come back in time. how: for people."""

    how: str


@dataclass
class _Marker:
    process: BaseProcess
    pipe: Connection
    begun: bool = False  # whether it has said that it is ready
    task: int | None = None
    deadline: float = float("inf")

    def stop(self) -> None:
        """Ask it to end, with its jail."""
        with contextlib.suppress(OSError):
            self.pipe.close()
        self.process.terminate()

    def end(self) -> None:
        """End it, by force if need be."""
        self.process.join(ENDING)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


@dataclass
class Pool:
    """`jobs` markers at work on tasks. seconds: for one task; longer is a fault of ours."""

    work: Work
    jobs: int
    seconds: float
    _markers: list[_Marker] = field(default_factory=list)

    def run(self, tasks: Iterable[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
        """Every task's number with its result, or Lost, in the order in which they end."""
        ended: list[tuple[int, Any]] = []
        try:
            for number, given in tasks:
                if len(self._busy) == self.jobs:
                    ended += self._wait()
                self._hand_out(number, given)
                yield from ended  # only now, so that the markers work while the caller handles these
                ended.clear()
            while self._busy:
                yield from self._wait()
        finally:
            for marker in self._markers:
                marker.stop()
            for marker in self._markers:
                marker.end()
            self._markers.clear()

    @property
    def _busy(self) -> list[_Marker]:
        return [marker for marker in self._markers if marker.task is not None]

    def _hand_out(self, number: int, given: Any) -> None:
        idle = next((m for m in self._markers if m.task is None), None) or self._start()
        idle.task, idle.deadline = number, time.monotonic() + (self.seconds if idle.begun else STARTING)
        with contextlib.suppress(OSError):  # it has ended, which `_wait` finds out
            idle.pipe.send(given)

    def _start(self) -> _Marker:
        context = multiprocessing.get_context("spawn")  # a fork would inherit torch's threads and memory
        ours, theirs = context.Pipe()
        with _environment(dict.fromkeys(THREADS, "1")):
            process = context.Process(target=_mark, args=(theirs, self.work), daemon=True)
            process.start()
        theirs.close()
        marker = _Marker(process, ours)
        self._markers.append(marker)
        return marker

    def _wait(self) -> list[tuple[int, Any]]:
        """The tasks that have ended, at least one; their markers are idle or gone."""
        ended: list[tuple[int, Any]] = []
        while not ended:
            busy = self._busy
            ready = wait([m.pipe for m in busy], max(0.0, min(m.deadline for m in busy) - time.monotonic()))
            for marker in busy:
                number = marker.task
                assert number is not None
                if marker.pipe in ready:
                    try:
                        answer = marker.pipe.recv()
                    except (EOFError, OSError):
                        ended.append((number, self._lost(marker)))
                    else:
                        if marker.begun:
                            marker.task = None
                            ended.append((number, answer))
                        elif answer is None:
                            marker.begun, marker.deadline = True, time.monotonic() + self.seconds
                        else:
                            raise MarkerError(answer)
                elif marker.deadline < time.monotonic():
                    ended.append((number, self._lost(marker, "the marker took too long")))
        return ended

    def _lost(self, marker: _Marker, how: str = "") -> Lost:
        marker.process.join(0 if how else ENDING)
        code = marker.process.exitcode
        how = how or f"the marker ended ({signal.Signals(-code).name if code and code < 0 else f'exit status {code}'})"
        if not marker.begun:
            raise MarkerError(how)
        self._markers.remove(marker)
        marker.stop()
        marker.end()
        return Lost(how)


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set these variables for the processes that are started within."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


# -- in the marker


def _mark(pipe: Connection, work: Work) -> None:
    """Begin, then do one task after another until there are no more."""
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for the parent, which ends us; ignored, a jail would too
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_follow_parent, daemon=True).start()
    try:
        _work(pipe, work)
    finally:
        _leaving()


def _work(pipe: Connection, work: Work) -> None:
    try:
        ready = work.begin()
    except Exception as error:
        pipe.send(f"a marker does not start ({type(error).__name__}: {error})")
        return
    try:
        pipe.send(None)
        while True:
            pipe.send(work.task(ready, pipe.recv()))
    except (EOFError, OSError):  # the parent is gone or has no more tasks
        return


def _leave(*_: Any) -> None:
    """Leave by an exception, so that a jail is closed and a folder removed on the way."""
    _leaving()
    raise SystemExit(0)


def _leaving() -> None:
    """Ignore further signals to leave: they would interrupt the cleaning up."""
    signal.signal(signal.SIGTERM, lambda *_: None)


def _follow_parent() -> None:
    """End with the parent, even if that is killed."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
