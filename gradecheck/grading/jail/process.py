"""One process that runs a stranger's code, in the jail it is given: started, and ended with all that it started."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import json
import os
import py_compile
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

WORKER = Path(__file__).with_name("worker.py")
JAILED_WORKER = "/worker"
MARK = "GRADECHECK_SESSION"
ENDING = 10.0  # seconds for the kernel to end a jail
KEYCTL = {"x86_64": 250, "aarch64": 219}  # the system call's number
JOIN_SESSION_KEYRING = 1


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
    """What a submission runs in. `line` says in one sentence what is in force and what is not."""

    mode: Literal["bubblewrap", "none"]
    line: str
    command: tuple[str, ...] = ()
    drops_user: bool = False


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

    def __init__(self, isolation: Isolation, arguments: Sequence[str], keep: Sequence[int]) -> None:
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
        _join_new_keyring()
        self.popen = subprocess.Popen(
            [*isolation.command, *(["--"] if isolation.command else []), *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=keep[-1] if keep else subprocess.PIPE,
            bufsize=0, pass_fds=tuple(keep), env=variables, cwd=place, start_new_session=True,
        )  # fmt: skip
        self.exit = os.pidfd_open(self.popen.pid)

    def pipes(self) -> tuple[int, int]:
        """Its stdin and stdout, as files that never block."""
        assert self.popen.stdin is not None
        assert self.popen.stdout is not None
        files = self.popen.stdin.fileno(), self.popen.stdout.fileno()
        for file in files:
            os.set_blocking(file, False)
        return files

    def ended(self) -> str:
        """How it ended, as a stranger is told: "exit status 3", "SIGSEGV". It stays a zombie until `kill`."""
        end = os.waitid(os.P_PIDFD, self.exit, os.WEXITED | os.WNOWAIT)
        assert end is not None
        # bubblewrap tells of a signal as a shell does
        number = end.si_status - 128 if end.si_code == os.CLD_EXITED else end.si_status
        if number > 0:
            with contextlib.suppress(ValueError):
                return signal.Signals(number).name
        return f"exit status {end.si_status}"

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
        for pipe in (self.popen.stdin, self.popen.stdout, self.popen.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        os.close(self.exit)
        if self._mark:
            _sweep(self._mark.encode())
        if self._folder is not None:
            self._folder.cleanup()


def unprivileged() -> int:
    """A user that no account and no other session has: a user's keys and count of processes outlive a session."""
    return secrets.choice(_unprivileged())


@functools.cache
def _unprivileged() -> range:
    """As many as there are. systemd gives away none above 2 ** 31, and sets few aside for short-lived users below."""
    wide, short_lived = range(1 << 31, (1 << 32) - (1 << 16)), range(61184, 65520)
    with open("/proc/self/uid_map") as lines:
        mapped = [(int(first), int(count)) for first, _, count in map(str.split, lines)]
    return wide if any(first <= wide[0] and wide[-1] < first + count for first, count in mapped) else short_lived


def _join_new_keyring() -> None:
    """Processes inherit the kernel's session keyring, with all that is in it and all that is put there."""
    number = KEYCTL.get(os.uname().machine)
    if number is not None:  # where it fails, there are no keys
        ctypes.CDLL(None).syscall(number, JOIN_SESSION_KEYRING, None)


def _sweep(mark: bytes) -> None:
    """Without a jail, what left its process group is found by the mark that it inherited."""
    for _ in range(100):
        found = False
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (folder / "environ").read_bytes():
                    found = True
                    os.kill(int(folder.name), signal.SIGKILL)
        if not found:
            return


@functools.cache
def worker_script() -> str:
    """worker.py, compiled where that can be kept: it saves 5 ms of every start."""
    with contextlib.suppress(OSError):
        return py_compile.compile(str(WORKER), doraise=True) or str(WORKER)
    return str(WORKER)


def start_worker(isolation: Isolation, limits: Limits, answers: int, output: int) -> Process:
    """Start worker.py with these two files; its pipes are those of the process."""
    processes = limits.processes
    if isolation.mode == "none" and os.getuid():  # the user's other processes count too; a jail counts for itself
        processes += _threads_of_this_user()
    settings = {
        "answers": answers,
        "output": output,
        "user": unprivileged() if isolation.drops_user else 0,
        "memory": limits.memory,
        "processes": processes,
        "written": limits.written,
        "cpu": limits.cpu,
        "jailed": isolation.mode != "none",
    }
    script = worker_script() if isolation.mode == "none" else JAILED_WORKER
    return Process(isolation, (script, json.dumps(settings)), (answers, output))


def _threads_of_this_user() -> int:
    count = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid == os.getuid():
                count += len(list((folder / "task").iterdir()))
    return count
