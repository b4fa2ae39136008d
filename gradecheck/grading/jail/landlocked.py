"""The second tier, where namespaces are forbidden: Landlock for files, a filter for everything else, and for root a
user of its own.

A submission shares this machine's processes and folders: it is kept from them, but they are not hidden from it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from gradecheck.grading.jail.inside import landlock, seccomp
from gradecheck.grading.jail.packages import shown
from gradecheck.grading.jail.process import Isolation, interpreter
from gradecheck.grading.jail.system import DEVICES, LINKS, folders, site_packages


def why_none_starts(said: Sequence[str]) -> str:
    """The reason for people: what this machine lacks, or else the message of the last try."""
    lacking = [
        *(["Landlock"] if landlock.version() < 1 else []),
        *(["a filter for system calls"] if not seccomp.available() else []),
    ]
    return f"this machine lacks {' and '.join(lacking)}" if lacking else f"Landlock: {said[-1]}"


def candidates(packages: Sequence[str] = ()) -> Iterator[Isolation]:
    """With a user of its own, for root, who may enter what only root may enter, if Python is there; or with this user.

    None where there is no Landlock, or no filter.
    """
    if landlock.version() < 1 or not seccomp.available():
        return
    *first, last = ("Python", "NumPy", *packages)
    line = (
        f"Landlock: no network, no signals to other processes, no files but those of {', '.join(first)} and {last}, "
        "read-only, and a folder of its own, system calls filtered"
    )
    after = "; not limited: that folder's size; not hidden: that a file is there"
    paths = [interpreter(), *map(Path, LINKS), *map(Path, DEVICES), *shown(packages)]
    readable = [*paths, *_but(folders(), {hidden for folder in folders() for hidden in site_packages(folder)})]
    shared = Isolation(
        "landlock",
        f"{line}{after}",
        nursery=True,
        packages=tuple(packages),
        filtered=True,
        readable=tuple(str(path) for path in readable if path.exists()),
        listed=tuple(map(str, folders())),
    )
    if os.getuid():
        yield shared
        return
    own = replace(shared, drops_user=True)
    yield replace(own, line=f"{line}, a user of its own{after}")
    yield replace(own, line=f"{line}, a user of its own who passes through root's folders{after}", enters=True)


def _but(paths: Iterable[Path], hidden: set[Path]) -> Iterator[Path]:
    """These paths, and in place of a folder that something hidden is below, what else is in it."""
    for path in paths:
        if not any(place.is_relative_to(path) for place in hidden):
            yield path
        elif path not in hidden:
            yield from _but(path.iterdir(), hidden)
