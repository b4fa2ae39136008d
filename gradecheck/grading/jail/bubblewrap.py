"""The first tier: jails by bubblewrap.

The jail shows Python's standard library, NumPy (not the rest of site-packages) and the C library, all read-only, and a
small private /tmp; no network, no other process, no capability.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from gradecheck.grading.jail.inside import seccomp
from gradecheck.grading.jail.packages import shown
from gradecheck.grading.jail.process import INSIDE, JAILED, SCRATCH, Isolation, environment, jailed_files
from gradecheck.grading.jail.system import DEVICES, LINKS, folders, site_packages, system

FORBIDDEN = ("setting up uid map", "new namespace", "Failed RTM_NEWADDR")  # bwrap, where it gets no namespaces


def why_none_starts(said: Sequence[str]) -> str:
    """The reason for people: the most common one, with what to do, or else the message of the last try."""
    if not said:
        return "bwrap is not installed; install Debian's package bubblewrap"
    if any(words in why for why in said for words in FORBIDDEN):
        return (
            "bubblewrap is installed, but the system forbids it user namespaces, as AppArmor does on Ubuntu 24.04; "
            "give bwrap an AppArmor profile that allows userns, or set the sysctl "
            "kernel.apparmor_restrict_unprivileged_userns=0, or mark as root"
        )
    return f"bubblewrap: {said[-1]}"


def candidates(packages: Sequence[str] = ()) -> Iterator[Isolation]:
    """Kinds of jails, the strongest first: with a user of its own, for root; or with a namespace where it is nobody.

    None where bubblewrap is not installed.
    """
    program = shutil.which("bwrap")
    if program is None:
        return
    *first, last = ("Python", "NumPy", *packages)
    filtered = seccomp.available()
    line = (
        f"bubblewrap: no network, no other processes, read-only system with {', '.join(first)} and {last} alone, "
        f"private /tmp of {SCRATCH >> 20} MiB, system calls {'' if filtered else 'not '}filtered"
    )
    base = (
        program, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
        "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL",
    )  # fmt: skip
    paths = shown(packages)
    variables = environment("/tmp", [*dict.fromkeys(str(path.parent) for path in paths), JAILED]).items()
    mounts = (*(word for pair in variables for word in ("--setenv", *pair)), *_mounts(paths))
    nurseries = [True, False] if not any(path.is_relative_to("/tmp") for path in (*system(), *paths)) else [False]
    jail = Isolation("bubblewrap", line, packages=tuple(packages), filtered=filtered)
    if os.getuid() == 0:
        user = ("--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")  # given up as the worker starts
        own = replace(jail, line=f"{line}, a user of its own", drops_user=True)
        for nursery in nurseries:
            mount = ("--cap-add", "CAP_SYS_ADMIN") * nursery  # given up as the nursery starts
            yield replace(own, command=(*base, *user, *mount, *mounts), nursery=nursery)
        jail = replace(jail, line=f"{line}; number of processes not limited for root")
        mounts = (*mounts, *_settings())
        nurseries = [False]  # its children could not mount /proc where that is covered
    nobody = ("--unshare-user", "--uid", "65534", "--gid", "65534")
    for nursery in nurseries:
        if not nursery:
            yield replace(jail, command=(*base, *nobody, "--disable-userns", *mounts))
        yield replace(jail, command=(*base, *nobody, *mounts), nursery=nursery)


def _settings() -> Iterator[str]:
    """Arguments that cover what root may write to in /proc: for the kernel, nobody is still root, who started it."""
    for name in ("sys", "sysrq-trigger", "irq", "bus"):
        yield from ("--ro-bind-try", f"/proc/{name}", f"/proc/{name}")


def _mounts(packages: Sequence[Path]) -> Iterator[str]:
    """Arguments that show the jail what Python and the packages need, each at its own path, and nothing else."""
    covers = {cover for folder in folders() for cover in site_packages(folder)}
    # first, as Python or NumPy may be in /tmp
    yield from ("--proc", "/proc", "--perms", "1777", "--size", str(SCRATCH), "--tmpfs", "/tmp")
    parents = {parent for path in (*system(), *packages) for parent in path.parents}
    for parent in sorted(parents - {Path("/"), Path("/tmp")}):
        yield from ("--perms", "0755", "--dir", str(parent))  # the jail's user could not enter those that bwrap makes
    for path in system():
        yield from ("--ro-bind", str(path), str(path))
    for cover in sorted(covers):
        yield from ("--tmpfs", str(cover))
    for path in packages:
        yield from ("--ro-bind", str(path), str(path))
    for cover in sorted(covers):
        yield from ("--remount-ro", str(cover))
    for link in LINKS:
        yield from ("--ro-bind-try", link, link)
    for device in DEVICES:
        yield from ("--dev-bind-try", device, device)
    for folder in (JAILED, f"{JAILED}/{INSIDE.name}"):
        yield from ("--perms", "0755", "--dir", folder)
    for name, file in jailed_files().items():
        yield from ("--ro-bind", str(file), f"{JAILED}/{name}")
    yield from ("--chdir", "/tmp", "--remount-ro", "/")
