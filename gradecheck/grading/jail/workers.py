"""Starts a worker for a submission: as a child of this marker's nursery, or else in a new jail of its own."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from gradecheck.grading.jail import cgroup
from gradecheck.grading.jail.cgroup import BESIDE, Group
from gradecheck.grading.jail.folders import Folder
from gradecheck.grading.jail.limits import Limits
from gradecheck.grading.jail.process import (
    ENDING,
    SCRATCH,
    Isolation,
    JailError,
    Process,
    end_descendants,
    how_it_ended,
)
from gradecheck.grading.jail.users import threads_of_this_user, unprivileged

OUT_OF_MEMORY = "out of memory"  # all its processes together
STARTING = 60.0  # seconds for Python and NumPy to start: longer is not the submission's doing


class Worker(Protocol):
    """A worker of any kind.

    exit: a file that can be read once it has ended.    first: number of its first process; -1 where that has ended.
    """

    @property
    def exit(self) -> int: ...

    @property
    def first(self) -> int: ...

    def ended(self) -> str:
        """How it ended, for students: "exit status 3", "SIGSEGV", or OUT_OF_MEMORY."""

    def kill(self) -> None:
        """End it and everything that it started; leave no process, no zombie and no file."""


class Child:
    """A worker that a nursery has raised: its first process, and a pipe that tells how the worker ended.

    folder: the worker's own, without a jail.
    """

    def __init__(self, first: int, exit: int, folder: Folder | None) -> None:
        self._first, self.exit, self._folder = first, exit, folder

    def ended(self) -> str:
        told = os.read(self.exit, 100)
        return how_it_ended(int(told) if told else -signal.SIGKILL)

    def kill(self) -> None:
        """End its first process: the kernel ends all others of the namespace before that."""
        if self._folder is not None:
            end_descendants(self.first)
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._first, signal.SIGKILL)
        select.select([self._first], [], [], ENDING)
        os.close(self._first)
        os.close(self.exit)
        if self._folder is not None:
            self._folder.remove()

    @property
    def first(self) -> int:
        told = Path(f"/proc/self/fdinfo/{self._first}").read_text()
        return int(told.partition("\nPid:")[2].split()[0])


class Grouped:
    """A worker with a limit on the memory of all its processes together."""

    def __init__(self, worker: Worker, group: Group) -> None:
        self._worker, self._group = worker, group
        group.take(worker.first)

    @property
    def exit(self) -> int:
        return self._worker.exit

    @property
    def first(self) -> int:
        return self._worker.first

    def ended(self) -> str:
        return OUT_OF_MEMORY if self._group.exceeded else self._worker.ended()

    def kill(self) -> None:
        self._worker.kill()
        self._group.remove()


class Nursery:
    """The marker's side of nursery.py."""

    def __init__(self, isolation: Isolation) -> None:
        self._isolation = isolation
        self._output = os.memfd_create("output")
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            settings = json.dumps({"nursery": theirs.fileno(), "scratch": SCRATCH, **isolation.settings})
            self._process = Process(isolation, settings, (theirs.fileno(),), self._output)
        self._socket.settimeout(STARTING)

    def raise_worker(self, settings: dict[str, Any], files: Sequence[int]) -> Child | None:
        """A new worker; None where the nursery gives none. files: the worker's own three, and one for prints."""
        folder = None if self._isolation.apart else Folder(of_another=self._isolation.drops_user)
        if folder is not None and self._isolation.drops_user:
            os.chown(folder.name, settings["user"], settings["user"])
        told, theirs = os.pipe()
        first: list[int] = []
        try:
            request = settings if folder is None else {**settings, "folder": folder.name}
            socket.send_fds(self._socket, [json.dumps(request).encode()], [*files, theirs])
            _, first, *_ = socket.recv_fds(self._socket, 100, 1, socket.MSG_CMSG_CLOEXEC)
        except OSError:  # it has ended
            pass
        finally:
            os.close(theirs)
            if not first:
                os.close(told)
                if folder is not None:
                    folder.remove()
        return Child(first[0], told, folder) if first else None

    def close(self) -> str:
        """End it with all that it raised; returns its messages."""
        self._process.kill()
        self._socket.close()
        said = os.pread(self._output, 1 << 10, 0).decode(errors="replace")
        os.close(self._output)
        return said


_nurseries: dict[tuple[int, Isolation], Nursery] = {}
"""The nurseries of this process; its forks must not use them."""


@atexit.register
def _close_all() -> None:
    for (owner, _), nursery in _nurseries.items():
        if owner == os.getpid():
            nursery.close()
    cgroup.leave()


def start_worker(isolation: Isolation, limits: Limits, files: Sequence[int], output: int) -> Worker:
    """A worker that reads requests from the first of three files and writes to the other two.

    Raises JailError where none starts.
    """
    settings = {
        "user": unprivileged() if isolation.drops_user else 0,
        "memory": limits.memory,
        "processes": limits.processes,
        "written": limits.written,
        "cpu": limits.cpu,
    }
    if not isolation.apart and os.getuid():  # the user's other processes count too; a jail counts for itself
        settings["processes"] = limits.processes + threads_of_this_user()
    worker: Worker
    if isolation.nursery:
        worker = _raised(isolation, settings, (*files, output))
    else:
        words = json.dumps({**isolation.settings, **settings, "files": list(files)})
        worker = Process(isolation, words, files, output)
    if not isolation.group:
        return worker
    try:
        return Grouped(worker, Group(isolation.group, limits.memory + SCRATCH + 2 * limits.written + BESIDE))
    except OSError:
        worker.kill()
        raise


def _raised(isolation: Isolation, settings: dict[str, Any], files: Sequence[int]) -> Child:
    """A worker from the nursery, or from a new one where that has ended: the kernel may end one to free memory."""
    key, said = (os.getpid(), isolation), ""
    for _ in range(2):
        nursery = _nurseries.get(key)
        if nursery is None:
            nursery = _nurseries[key] = Nursery(isolation)
        child = nursery.raise_worker(settings, files)
        if child is not None:
            return child
        said = _nurseries.pop(key).close()
    raise JailError(said)
