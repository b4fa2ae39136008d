"""Starts one process for strangers' code in its jail, and ends it with all that it started."""

from __future__ import annotations

import contextlib
import functools
import os
import py_compile
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any, Literal

from gradecheck.grading.jail.folders import Folder
from gradecheck.grading.jail.inside.nursery import join_new_keyring
from gradecheck.grading.jail.packages import shown
from gradecheck.machine.cores import THREADS

JAILED = "/worker"  # the folder in a jail where our package is
INSIDE = Path(__file__).with_name("inside")
START = "import gc; gc.disable(); from inside.worker import main; main()"
"""No garbage collection while NumPy is imported saves a twentieth of the start."""
SCRATCH = 64 << 20  # bytes of the /tmp in a jail: half for what was handed in, half to write
HASHED = MAGIC_NUMBER + bytes((3, 0, 0, 0))  # the first bytes of a compiled file with a digest of its source
ENDING = 10.0  # seconds to end a worker, with its jail if it has one


class JailError(Exception):
    """No jail works here and one is required, or a worker did not start: a fault of ours, not of the submission."""


@dataclass(frozen=True)
class Isolation:
    """The isolation of a submission. `line` says in one sentence what is in force and what is not.

    command: the words before those that start Python.    drops_user: whether each submission has a user of its own.
    nursery: whether one process raises the workers of many submissions (nursery.py), in a jail each with namespaces of
    its own.    packages: distributions that a submission may import beside NumPy.
    filtered: whether the kernel refuses the system calls that NumPy does not need (seccomp.py).
    readable, listed: files for Landlock (landlock.py).    enters: whether a user of its own passes through, and reads
    of these, what only root may.
    group: the cgroup for those that limit the memory of all of a submission's processes (cgroup.py), or "".

    Two that differ in `line` or `group` alone are equal: one nursery serves both.
    """

    mode: Literal["bubblewrap", "landlock", "none"]
    line: str = field(compare=False)
    command: tuple[str, ...] = ()
    drops_user: bool = False
    nursery: bool = False
    packages: tuple[str, ...] = ()
    filtered: bool = False
    readable: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    enters: bool = False
    group: str = field(default="", compare=False)

    @property
    def apart(self) -> bool:
        """Whether a submission has namespaces of its own, and so neither sees other processes nor this /tmp."""
        return self.mode == "bubblewrap"

    @property
    def settings(self) -> dict[str, Any]:
        """For the process that runs submissions."""
        given = {name: getattr(self, name) for name in ("filtered", "readable", "listed", "enters")}
        return {"jailed": self.apart, **given}


def environment(folder: str, paths: Sequence[str]) -> dict[str, str]:
    """Environment variables: fixed hashes and one thread, for the same marks on every run; a temporary home."""
    threads = dict.fromkeys(THREADS, "1")
    path = ":".join(paths)
    return {"PYTHONPATH": path, "PYTHONHASHSEED": "0", "HOME": folder, "TMPDIR": folder, "PATH": "", **threads}


def interpreter() -> Path:
    """The Python program itself, with virtual environments and symbolic links resolved."""
    return Path(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))


@functools.cache
def jailed_files() -> dict[str, Path]:
    """Our files in a jail, by their places below JAILED; compiled where that can be kept, to start faster."""
    found = {}
    for source in sorted(INSIDE.glob("*.py")):
        file = source
        with contextlib.suppress(OSError):
            file = _compiled(source)
        found[f"{INSIDE.name}/{source.stem}{file.suffix}"] = file
    return found


def _compiled(source: Path) -> Path:
    """The compiled file, made anew where the source has changed."""
    kept = Path(cache_from_source(str(source)))
    if not kept.is_file() or not kept.read_bytes().startswith(HASHED + source_hash(source.read_bytes())):
        py_compile.compile(str(source), doraise=True, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    return kept


class Process:
    """A started process, jailed or not, that can always be ended together with all that it started.

    It ends with the thread that starts it (PR_SET_PDEATHSIG), so that thread has to outlive it.
    """

    def __init__(self, isolation: Isolation, settings: str, files: Sequence[int], output: int) -> None:
        self._folder: Folder | None = None
        place, variables = None, {}
        if not isolation.apart:
            self._folder = Folder(of_another=isolation.drops_user)
            place = self._folder.name
            os.chmod(place, 0o755)  # links alone are in it
            packages, ours = Path(place, "python"), Path(place, "worker")
            packages.mkdir()
            (ours / INSIDE.name).mkdir(parents=True)
            for path in shown(isolation.packages):  # only these of site-packages are on the path
                (packages / path.name).symlink_to(path)
            for name, file in jailed_files().items():
                (ours / name).symlink_to(file)
            variables = environment(place, (str(packages), str(ours)))
        words = [str(interpreter()), "-s", "-S", "-P", "-B", "-X", "utf8", "-W", "ignore", "-c", START, settings]
        join_new_keyring()
        self.popen = subprocess.Popen(
            [*isolation.command, *(["--"] if isolation.command else []), *words],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            pass_fds=tuple(files), env=variables, cwd=place, start_new_session=True,
        )  # fmt: skip
        self.first = self.popen.pid
        self.exit = os.pidfd_open(self.first)

    def ended(self) -> str:
        """How it ended, for students. It stays a zombie until `kill`."""
        end = os.waitid(os.P_PIDFD, self.exit, os.WEXITED | os.WNOWAIT)
        assert end is not None
        if end.si_code != os.CLD_EXITED:
            return how_it_ended(-end.si_status)
        # bubblewrap reports a signal as a shell does
        return how_it_ended(128 - end.si_status if end.si_status > 128 else end.si_status)

    def _end_jail(self) -> None:
        """End the jail's first process, and wait until the kernel has ended all others with it.

        bubblewrap itself would not wait: what is left would count towards limits, and hold memory beside the next jail.
        """
        with contextlib.suppress(OSError):
            for pid in Path(f"/proc/{self.popen.pid}/task/{self.popen.pid}/children").read_text().split():
                os.kill(int(pid), signal.SIGKILL)
                select.select([self.exit], [], [], ENDING)

    def kill(self) -> None:
        """End it and everything that it started; leave no process, no zombie and no file."""
        if self._folder is None:
            self._end_jail()
        else:
            end_descendants(self.popen.pid)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        os.close(self.exit)
        if self._folder is not None:
            self._folder.remove()


def how_it_ended(code: int) -> str:
    """An exit status, or a signal's number below zero, in words: "exit status 3", "SIGSEGV"."""
    if code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit status {code if code >= 0 else 128 - code}"


def end_descendants(first: int) -> None:
    """Without a jail: end all descendants of a process that adopts orphans (PR_SET_CHILD_SUBREAPER).

    Repeatedly, as a process may fork between being listed and ended; but not forever, as one that only forks may be
    faster than we are.
    """
    deadline = time.monotonic() + ENDING
    while (found := list(_descendants(first))) and time.monotonic() < deadline:
        for pid in [*found, first]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT if pid == first else signal.SIGKILL)  # it may have been stopped


def _descendants(pid: int) -> Iterator[int]:
    with contextlib.suppress(OSError):  # it has just ended
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split()):
                yield child
                yield from _descendants(child)
