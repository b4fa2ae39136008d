"""One process that runs a stranger's code, in the jail it is given: started, and ended with all that it started."""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from gradecheck.cores import THREADS
from gradecheck.grading.jail.nursery import join_new_keyring

JAILED = "/worker"  # the folder in a jail where ours is
SCRATCH = 16 << 20  # bytes of the /tmp in a jail
MARK = "GRADECHECK_SESSION"
ENDING = 10.0  # seconds for the kernel to end a jail


class JailError(Exception):
    """No jail works here and one is required, or a worker did not start: ours, never the submission's."""


@dataclass(frozen=True)
class Limits:
    """Seconds are wall-clock. question: for all cases of one function. load: for running the file's cells.

    memory: bytes of one process above what Python and NumPy need. written: bytes that one function may
    answer, may print, and may write to one file. cpu: seconds of processor time, a backstop.
    """

    question: float = 5.0
    load: float = 10.0
    memory: int = 1 << 30
    processes: int = 16
    written: int = 32 << 20
    cpu: int = 900

    @property
    def function(self) -> float:
        """Seconds for all that one function is asked, loading the file anew included."""
        return 4 * (self.question + self.load)


@dataclass(frozen=True)
class Isolation:
    """What a submission runs in. `line` says in one sentence what is in force and what is not.

    nursery: whether one jail raises the workers of many submissions, each in namespaces of its own (see nursery.py).
    """

    mode: Literal["bubblewrap", "none"]
    line: str
    command: tuple[str, ...] = ()
    drops_user: bool = False
    nursery: bool = False


def environment(folder: str, numpy: str) -> dict[str, str]:
    """Hashes and threads as on every other run, so that marks are; home is a folder that goes away."""
    threads = dict.fromkeys(THREADS, "1")
    return {"PYTHONPATH": numpy, "PYTHONHASHSEED": "0", "HOME": folder, "TMPDIR": folder, "PATH": "", **threads}


def interpreter() -> Path:
    """The program itself, behind virtual environments and symbolic links."""
    return Path(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))


class Process:
    """A started process, jailed or not, that can always be ended together with all that it started.

    bubblewrap watches the thread that starts it (PR_SET_PDEATHSIG): that thread has to outlive the process.
    """

    def __init__(self, isolation: Isolation, arguments: Sequence[str], files: Sequence[int], output: int) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._mark = ""
        self._jailed = isolation.mode != "none"
        words = [str(interpreter()), "-s", "-S", "-P", "-B", "-X", "utf8", "-W", "ignore", *arguments]
        variables: dict[str, str] = {}
        place = None
        if isolation.mode == "none":
            self._folder = tempfile.TemporaryDirectory(prefix="gradecheck-", ignore_cleanup_errors=True)
            place = self._folder.name
            numpy = Path(np.__file__).parent
            Path(place, "python").mkdir()
            for path in (numpy, numpy.with_name("numpy.libs")):  # of site-packages, NumPy alone is on the path
                Path(place, "python", path.name).symlink_to(path)
            self._mark = f"{MARK}={secrets.token_hex(16)}"
            variables = {**environment(place, f"{place}/python"), MARK: self._mark.partition("=")[2]}
        join_new_keyring()
        self.popen = subprocess.Popen(
            [*isolation.command, *(["--"] if isolation.command else []), *words],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            pass_fds=tuple(files), env=variables, cwd=place, start_new_session=True,
        )  # fmt: skip
        self.exit = os.pidfd_open(self.popen.pid)

    def ended(self) -> str:
        """How it ended, as a stranger is told. It stays a zombie until `kill`."""
        end = os.waitid(os.P_PIDFD, self.exit, os.WEXITED | os.WNOWAIT)
        assert end is not None
        if end.si_code != os.CLD_EXITED:
            return how_it_ended(-end.si_status)
        # bubblewrap tells of a signal as a shell does
        return how_it_ended(128 - end.si_status if end.si_status > 128 else end.si_status)

    def _end_jail(self) -> None:
        """End the jail's first process, and wait until it has taken all others along.

        bubblewrap itself would not wait for them, and what is still there counts and holds memory beside the next jail.
        """
        with contextlib.suppress(OSError):
            for pid in Path(f"/proc/{self.popen.pid}/task/{self.popen.pid}/children").read_text().split():
                os.kill(int(pid), signal.SIGKILL)
                select.select([self.exit], [], [], ENDING)

    def kill(self) -> None:
        """End it and everything that it started; leave no process, no zombie and no file."""
        if self._jailed:
            self._end_jail()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        os.close(self.exit)
        if self._mark:
            _sweep(self._mark.encode())
        if self._folder is not None:
            self._folder.cleanup()


def how_it_ended(code: int) -> str:
    """An exit status, or a signal's number below zero, in words: "exit status 3", "SIGSEGV"."""
    if code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit status {code if code >= 0 else 128 - code}"


def _sweep(mark: bytes) -> None:
    """Without a jail, what left its process group is found by the mark that it inherited.

    Nothing is there once it is not found twice: a process may fork after the list was made, and end before its turn.
    """
    in_vain = 0
    for _ in range(100):
        in_vain += 1
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (folder / "environ").read_bytes():
                    in_vain = 0
                    os.kill(int(folder.name), signal.SIGKILL)
        if in_vain == 2:
            return
