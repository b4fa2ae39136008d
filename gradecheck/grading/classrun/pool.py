"""Markers: processes of ours that mark one submission after another, and are replaced where one is lost.

A marker is a process and not a thread, for a jail has to be started and ended by the same thread, and comparing costs
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
    """What a marker does. It travels to the marker's process once, by pickle: it is ours."""

    def begin(self) -> Any:
        """Load what every task needs; returns what `task` is called with."""

    def task(self, ready: Any, given: Any) -> Any:
        """One task and what came of it."""


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
        """Ask it to end, and the jail that it holds."""
        with contextlib.suppress(OSError):
            self.pipe.close()
        self.process.terminate()

    def end(self) -> None:
        """See to it that it has ended."""
        self.process.join(ENDING)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


@dataclass
class Pool:
    """`jobs` markers at work on tasks. seconds: the most that one task may take, which is a fault of ours."""

    work: Work
    jobs: int
    seconds: float
    _markers: list[_Marker] = field(default_factory=list)

    def run(self, tasks: Iterable[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
        """Every task's number with what came of it, or Lost, in the order in which they end."""
        ended: list[tuple[int, Any]] = []
        try:
            for number, given in tasks:
                if len(self._busy) == self.jobs:
                    ended += self._wait()
                self._hand_out(number, given)
                yield from ended  # only now: whatever is done with them, the markers are at work meanwhile
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
        with contextlib.suppress(OSError):  # that it has ended is found out when its answer is waited for
            idle.pipe.send(given)

    def _start(self) -> _Marker:
        context = multiprocessing.get_context("spawn")  # a fork would take over torch's threads, and all its memory
        ours, theirs = context.Pipe()
        with _environment(dict.fromkeys(THREADS, "1")):
            process = context.Process(target=_mark, args=(theirs, self.work), daemon=True)
            process.start()
        theirs.close()
        marker = _Marker(process, ours)
        self._markers.append(marker)
        return marker

    def _wait(self) -> list[tuple[int, Any]]:
        """What has ended, at least one; its markers are idle or gone."""
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
    """These variables for the processes started meanwhile."""
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
    """A marker's life: begin, then one task after another until nothing more is asked."""
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
    except (EOFError, OSError):  # the parent is gone or has no more for us
        return


def _leave(*_: Any) -> None:
    """As an exception, so that a jail is closed and a folder removed on the way."""
    _leaving()
    raise SystemExit(0)


def _leaving() -> None:
    """Who is leaving is not to be told so again: that would cut short what is still to be done."""
    signal.signal(signal.SIGTERM, lambda *_: None)


def _follow_parent() -> None:
    """A marker whose parent was killed ends too, in the middle of whatever it does."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
