"""Cgroups of version 2, where this process has been given the right to make some: the memory of all of a submission's
processes together is limited.

A resource limit binds one process, so that several may hold as many times as much.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

DELEGATED: Final = ("user.delegate", "trusted.delegate")  # what systemd writes on a cgroup that is given away
BESIDE: Final = 256 << 20  # bytes for what Python and NumPy take
ENDING = 5.0  # seconds
_numbers = itertools.count()
_moved: dict[int, tuple[Path, Path]] = {}
"""By a process's number: the cgroup in which it was, and the one below into which it has moved."""


class Group:
    """The cgroup of one submission."""

    def __init__(self, parent: str, memory: int) -> None:
        """memory: bytes for all processes. Raises OSError where there can be no such cgroup."""
        self._folder = Path(parent, f"gradecheck-{os.getpid()}-{next(_numbers)}")
        self._folder.mkdir()
        (self._folder / "memory.max").write_text(str(memory))
        with contextlib.suppress(OSError):  # not every kernel counts swap
            (self._folder / "memory.swap.max").write_text("0")
        (self._folder / "memory.oom.group").write_text("1")

    def take(self, first: int) -> None:
        """Move a process here, and all that it has started; what it starts from now on is here from its beginning."""
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):  # it has just ended
            (self._folder / "cgroup.procs").write_text(str(first))
            for child in Path(f"/proc/{first}/task/{first}/children").read_text().split():
                self.take(int(child))

    @property
    def exceeded(self) -> bool:
        """Whether the kernel has ended the submission because it took too much memory."""
        counts = dict(line.split() for line in (self._folder / "memory.events").read_text().splitlines())
        return counts.get("oom_kill", "0") != "0"

    def remove(self) -> None:
        """End what is left in it, and the cgroup."""
        with contextlib.suppress(OSError):
            (self._folder / "cgroup.kill").write_text("1")
        deadline = time.monotonic() + ENDING
        while self._folder.exists() and time.monotonic() < deadline:
            with contextlib.suppress(OSError):  # the last process has not left yet
                self._folder.rmdir()
                return
            time.sleep(0.001)


@functools.cache
def delegated(mounts: Path = Path("/proc/self/mountinfo"), own: Path = Path("/proc/self/cgroup")) -> str:
    """The cgroup in which this process may make others that limit memory; "" where there is none.

    This process moves into one below it: none may stay where others are made.
    """
    for folder in _own_cgroup(mounts, own):
        if _is_given(folder) and "memory" in (folder / "cgroup.controllers").read_text().split():
            with contextlib.suppress(OSError):
                return _moved_below(folder)
    return ""


def _own_cgroup(mounts: Path, own: Path) -> Iterator[Path]:
    paths = [line[3:] for line in own.read_text().splitlines() if line.startswith("0::")]
    for line in mounts.read_text().splitlines():
        _, _, _, root, place, *rest = line.split(" ")
        if "cgroup2" in rest[rest.index("-") :]:
            yield from (Path(place, os.path.relpath(path, root)).resolve() for path in paths)


def _is_given(folder: Path) -> bool:
    """Whether it was delegated. Root may write to any; to a container's own there is none above."""
    if not os.access(folder / "cgroup.procs", os.W_OK) or not (folder / "cgroup.type").is_file():
        return False
    if os.getuid() or not (folder.parent / "cgroup.procs").exists():
        return True
    return any(name in os.listxattr(folder) for name in DELEGATED)


def _moved_below(folder: Path) -> str:
    """Raises OSError where another process is there."""
    leaf = folder / f"gradecheck-{os.getpid()}"
    leaf.mkdir()
    _moved[os.getpid()] = folder, leaf
    try:
        (leaf / "cgroup.procs").write_text(str(os.getpid()))
        (folder / "cgroup.subtree_control").write_text("+memory")
    except OSError:
        leave()
        raise
    return str(folder)


def leave() -> None:
    """Move this process back to where it was, if it has been moved; nothing that it started may be left."""
    found = _moved.pop(os.getpid(), None)
    if found is not None:
        folder, leaf = found
        with contextlib.suppress(OSError):
            (folder / "cgroup.subtree_control").write_text("-memory")
        with contextlib.suppress(OSError):
            (folder / "cgroup.procs").write_text(str(os.getpid()))
            leaf.rmdir()
