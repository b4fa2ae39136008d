"""Finds the isolation for strangers' code: bubblewrap where it works, and resource limits always.

The jail shows Python's standard library, NumPy (not the rest of site-packages) and the C library, all
read-only, and a small private /tmp; no network, no other process, no capability. Each kind of jail is tried with a
submission that tries to get out. Where a jail's processes may have namespaces of their own, one jail serves many
submissions, and Python and NumPy start once for all (nursery.py). Elsewhere, and where Python is in /tmp, every worker
has a jail of its own. Without cgroups no jail can limit the memory of several processes together, nor kernel objects
such as shared memory segments: a submission may hold `processes` times `memory`.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import socket
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from gradecheck.grading.jail.packages import shown
from gradecheck.grading.jail.process import (
    INSIDE,
    JAILED,
    SCRATCH,
    Isolation,
    JailError,
    environment,
    interpreter,
    jailed_files,
)
from gradecheck.grading.jail.session import Session

Wanted = Literal["auto", "required", "none"]
FORBIDDEN = ("setting up uid map", "new namespace", "Failed RTM_NEWADDR")  # bwrap, where it gets no namespaces


def isolation(wanted: Wanted = "auto", packages: Sequence[str] = ()) -> Isolation:
    """The isolation in force, tried once per process. Raises JailError where `required` is not possible.

    packages: those that submissions may import beside NumPy; `packages.problem` is "" for each.
    """
    found = _without("as asked for", packages) if wanted == "none" else _probed(tuple(packages))
    if wanted == "required" and found.mode == "none":
        msg = f"isolation is required, but {found.line}"
        raise JailError(msg)
    return found


def _without(why: str, packages: Sequence[str]) -> Isolation:
    count = "" if os.getuid() else ", number of processes not limited for root"
    return Isolation(
        "none",
        f"process limits only, {why}: time, memory, output and file size are limited{count}; "
        "files, network and other processes are in reach",
        nursery=True,
        packages=tuple(packages),
    )


@functools.cache
def _probed(packages: tuple[str, ...]) -> Isolation:
    program = shutil.which("bwrap")
    if program is None:
        why = "no jail works here (bwrap is not installed; install Debian's package bubblewrap)"
        return _without(why, packages)
    said = []
    for candidate in (replace(jail, packages=packages) for jail in _candidates(program, packages)):
        why = _leaks(candidate)
        if not why:
            return candidate
        said.append(why)
    return _without(f"no jail works here ({_why_none_starts(said)})", packages)


def _why_none_starts(said: Sequence[str]) -> str:
    """The reason for people: the most common one, with what to do, or else the message of the last try."""
    if any(words in why for why in said for words in FORBIDDEN):
        return (
            "bubblewrap is installed, but the system forbids it user namespaces, as AppArmor does on Ubuntu 24.04; "
            "give bwrap an AppArmor profile that allows userns, or set the sysctl "
            "kernel.apparmor_restrict_unprivileged_userns=0, or mark as root"
        )
    return f"bubblewrap: {said[-1]}"


def _candidates(program: str, packages: Sequence[str] = ()) -> Iterator[Isolation]:
    """Kinds of jails, the strongest first: with a user of its own, for root; or with a namespace where it is nobody."""
    *first, last = ("Python", "NumPy", *packages)
    alone = f"{', '.join(first)} and {last}"
    line = (
        f"bubblewrap: no network, no other processes, read-only system with {alone} alone, "
        f"private /tmp of {SCRATCH >> 20} MiB"
    )
    base = (
        program, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
        "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL",
    )  # fmt: skip
    paths = shown(packages)
    variables = environment("/tmp", [*dict.fromkeys(str(path.parent) for path in paths), JAILED]).items()
    mounts = (*(word for pair in variables for word in ("--setenv", *pair)), *_mounts(paths))
    nurseries = [True, False] if not any(path.is_relative_to("/tmp") for path in (*_system(), *paths)) else [False]
    if os.getuid() == 0:
        user = ("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")  # given up as the worker starts
        for nursery in nurseries:
            mount = ("--cap-add", "CAP_SYS_ADMIN") * nursery  # given up as the nursery starts
            command = (*base, *user, *mount, *mounts)
            yield Isolation("bubblewrap", f"{line}, a user of its own", command, drops_user=True, nursery=nursery)
        line += "; number of processes not limited for root"
        mounts = (*mounts, *_settings())
        nurseries = [False]  # its children could not mount /proc where that is covered
    nobody = ("--unshare-user", "--uid", "65534", "--gid", "65534")
    for nursery in nurseries:
        if not nursery:
            yield Isolation("bubblewrap", line, (*base, *nobody, "--disable-userns", *mounts))
        yield Isolation("bubblewrap", line, (*base, *nobody, *mounts), nursery=nursery)


def _settings() -> Iterator[str]:
    """Arguments that cover what root may write to in /proc: for the kernel, nobody is still root, who started it."""
    for name in ("sys", "sysrq-trigger", "irq", "bus"):
        yield from ("--ro-bind-try", f"/proc/{name}", f"/proc/{name}")


def _folders() -> list[Path]:
    return list(dict.fromkeys((*_python(), *_libraries())))


def _system() -> list[Path]:
    return [*_folders(), interpreter()]


def _mounts(packages: Sequence[Path]) -> Iterator[str]:
    """Arguments that show the jail what Python and the packages need, each at its own path, and nothing else."""
    folders = _folders()
    covers = {cover for folder in folders for cover in _site_packages(folder)}
    # first, as Python or NumPy may be in /tmp
    yield from ("--proc", "/proc", "--perms", "1777", "--size", str(SCRATCH), "--tmpfs", "/tmp")
    parents = {parent for path in (*_system(), *packages) for parent in path.parents}
    for parent in sorted(parents - {Path("/"), Path("/tmp")}):
        yield from ("--perms", "0755", "--dir", str(parent))  # the jail's user could not enter those that bwrap makes
    for path in _system():
        yield from ("--ro-bind", str(path), str(path))
    for cover in sorted(covers):
        yield from ("--tmpfs", str(cover))
    for path in packages:
        yield from ("--ro-bind", str(path), str(path))
    for cover in sorted(covers):
        yield from ("--remount-ro", str(cover))
    for link in ("/etc/ld.so.cache", "/etc/alternatives"):  # Debian's own NumPy finds its BLAS through these
        yield from ("--ro-bind-try", link, link)
    for device in ("null", "zero", "random", "urandom"):
        yield from ("--dev-bind-try", f"/dev/{device}", f"/dev/{device}")
    for folder in (JAILED, f"{JAILED}/{INSIDE.name}"):
        yield from ("--perms", "0755", "--dir", folder)
    for name, file in jailed_files().items():
        yield from ("--ro-bind", str(file), f"{JAILED}/{name}")
    yield from ("--chdir", "/tmp", "--remount-ro", "/")


def _python() -> Iterator[Path]:
    if sys.base_prefix == "/usr":  # not all of /usr/lib
        yield from {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}
    else:
        yield from (path for path in (Path(sys.base_prefix, lib) for lib in ("lib", "lib64")) if path.is_dir())


def _libraries() -> Iterator[Path]:
    """The folders of shared libraries: Debian's hold nothing else, others do."""
    for top in map(Path, ("/lib", "/lib64", "/usr/lib", "/usr/lib64")):
        own = top / str(sysconfig.get_config_var("MULTIARCH"))
        if own.is_dir():
            yield own
        elif top.is_dir():
            yield top


def _site_packages(folder: Path) -> Iterator[Path]:
    for pattern in ("*-packages", "python*/*-packages"):
        yield from folder.glob(pattern)


PROBE = """
import importlib.util, json, os, socket, numpy
found = [path for path in outside if os.path.exists(path)]
found += [name for name in ("torch", "gradecheck") if importlib.util.find_spec(name)]
try:
    socket.create_connection(("127.0.0.1", port), 1)
    found.append("the network")
except OSError:
    pass
if len([name for name in os.listdir("/proc") if name.isdigit()]) > 3:
    found.append("other processes")
for folder in (os.path.dirname(numpy.__file__), "/", "/dev"):
    try:
        open(folder + "/written", "w")
        found.append("a file in " + folder)
    except OSError:
        pass
for setting in ("sys/kernel/core_pattern", "sys/vm/drop_caches", "sysrq-trigger"):
    try:
        os.close(os.open("/proc/" + setting, os.O_WRONLY))  # and nothing is written
        found.append("the kernel's " + setting)
    except OSError:
        pass
print(json.dumps(found))
"""


def _leaks(candidate: Isolation) -> str:
    """Let a submission try to get out of that jail; returns what was in its reach, or why it did not start, or ""."""
    with socket.create_server(("127.0.0.1", 0)) as server, tempfile.NamedTemporaryFile() as file:
        outside = [file.name, __file__, "/etc/passwd"]
        facts = f"port, outside = {server.getsockname()[1]}, {outside}"
        try:
            with Session([facts, PROBE], candidate) as session:
                loaded = session.loaded
        except JailError as problem:
            return str(problem)
    if loaded.failure is not None or loaded.problems:
        return f"the probe did not end: {loaded.failure or loaded.problems[0].why}"
    found = json.loads(loaded.output.text)
    return f"in reach of the jail: {', '.join(found)}" if found else ""
