"""Finds the isolation for strangers' code, the strongest that works: each kind is tried with a submission that tries to
get out.

1. bubblewrap (bubblewrap.py): namespaces of its own hide everything but Python's standard library, NumPy (not the rest
   of site-packages), the C library and a small private /tmp. Where a jail's processes may have namespaces of their own,
   one jail serves many submissions, and Python and NumPy start once for all (nursery.py). Elsewhere, and where Python
   is in /tmp, every worker has a jail of its own.
2. Landlock (landlocked.py), where namespaces are forbidden, as in most containers: the kernel refuses the same files,
   the network, and signals to others.
3. Process limits, which are in force always: time, memory, processes, output.

In the first two, the kernel refuses all system calls that NumPy does not need (inside/seccomp.py), and limits the
memory of all of a submission's processes together where cgroups are given to us (cgroup.py). Elsewhere a submission may
hold `processes` times `memory`.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from gradecheck.grading.jail import bubblewrap, cgroup, landlocked
from gradecheck.grading.jail.probing import leaks
from gradecheck.grading.jail.process import Isolation, JailError

Wanted = Literal["auto", "required", "none"]


def isolation(wanted: Wanted = "auto", packages: Sequence[str] = ()) -> Isolation:
    """The isolation in force, tried once per process. Raises JailError where `required` is not possible.

    packages: those that submissions may import beside NumPy; `packages.problem` is "" for each.
    """
    found = _without("as asked for", packages) if wanted == "none" else _probed(tuple(packages))
    if wanted == "required" and found.mode == "none":
        msg = f"isolation is required, but {found.line}"
        raise JailError(msg)
    return found


@functools.cache
def _probed(packages: tuple[str, ...]) -> Isolation:
    found, said = first(bubblewrap.candidates(packages))
    if found is not None:
        return _grouped(found)
    why = bubblewrap.why_none_starts(said)
    found, said = first(landlocked.candidates(packages))
    if found is not None:
        return _grouped(replace(found, line=f"{found.line}; no stronger tier works here ({why})"))
    return _without(f"no jail works here ({why}; {landlocked.why_none_starts(said)})", packages)


def _grouped(found: Isolation) -> Isolation:
    """With a limit on the memory of all processes together, where cgroups give one."""
    group = cgroup.delegated()
    memory = "memory of all processes together limited" if group else "memory limited for each process alone"
    return replace(found, group=group, line=f"{found.line}; {memory}")


def first(candidates: Iterable[Isolation]) -> tuple[Isolation | None, list[str]]:
    """The first of these that works, and why those before it do not."""
    said: list[str] = []
    for candidate in candidates:
        why = leaks(candidate)
        if not why:
            return candidate, said
        said.append(why)
    return None, said


def _without(why: str, packages: Sequence[str]) -> Isolation:
    count = "" if os.getuid() else ", number of processes not limited for root"
    return Isolation(
        "none",
        f"process limits only, {why}: time, memory, output and file size are limited{count}; "
        "files, network and other processes are in reach",
        nursery=True,
        packages=tuple(packages),
    )
