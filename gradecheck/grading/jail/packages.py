"""Which packages a submission can import: NumPy, those that its assignment names, and stand-ins."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Final

import numpy as np

from gradecheck.grading.jail.inside import standins

APART: Final = frozenset(("torch", "gradecheck", "manual", "reference"))
"""Packages with right answers. They never share a process with a submission."""

NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


INCOMPLETE: Final = frozenset(standins.COMPUTES)
"""Stand-ins that lack the parts which compute."""


def available(packages: Sequence[str] = ()) -> frozenset[str]:
    """The names of all modules at top level that a submission can import where these packages are shown."""
    modules = {path.name.partition(".")[0] for path in shown(packages)}
    return frozenset(modules | sys.stdlib_module_names | standins.NAMES)


def problem(package: str) -> str:
    """Why a package cannot be shown to submissions; "" where it can."""
    try:
        names = _needed(package)
    except metadata.PackageNotFoundError:
        return "not installed here"
    apart = sorted(APART & {*names, _plain(package)})
    if apart:
        what = "" if _plain(package) in apart else f"it needs {' and '.join(apart)}: "
        return f"{what}right answers come from there, and they never share a process with a submission"
    without = [name for name in names if not _parts(name)]
    return f"installed so that its files are not known ({', '.join(without)})" if without else ""


def shown(packages: Sequence[str] = ()) -> list[Path]:
    """The files and folders in site-packages of NumPy, of these packages, and of all that they need."""
    numpy = Path(np.__file__).parent
    names = dict.fromkeys(name for package in packages for name in _needed(package))
    paths = [path for name in names if name != "numpy" for path in _parts(name)]
    return [*(path for path in (numpy, numpy.with_name("numpy.libs")) if path.is_dir()), *dict.fromkeys(paths)]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@functools.cache
def _needed(package: str) -> tuple[str, ...]:
    """The installed distribution of that name, or with a module of that name, and all that it requires.

    Raises PackageNotFoundError where there is none. A requirement that is not installed is skipped.
    """
    try:
        metadata.distribution(package)
    except (metadata.PackageNotFoundError, ValueError):
        package = next(iter(metadata.packages_distributions().get(package, ())), "")
        if not package:
            raise metadata.PackageNotFoundError(package) from None
    found: dict[str, None] = {}
    waiting = [package]
    while waiting:
        name = _plain(waiting.pop())
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        if name not in found:
            found[name] = None
            waiting += [m[0] for need in needs if "extra ==" not in need and (m := NAME.match(need)) is not None]
    if not found:
        raise metadata.PackageNotFoundError(package)
    return tuple(found)


@functools.cache
def _parts(name: str) -> tuple[Path, ...]:
    """The files and folders of a distribution in site-packages, without its metadata and programs."""
    distribution = metadata.distribution(name)
    tops = dict.fromkeys(file.parts[0] for file in distribution.files or ())
    return tuple(_existing(distribution, tops))


def _existing(distribution: metadata.Distribution, tops: dict[str, None]) -> Iterator[Path]:
    for top in tops:
        path = Path(str(distribution.locate_file(top)))
        code = top.endswith((".libs", ".py", ".so")) or top.isidentifier()
        if code and top != "__pycache__" and path.exists():
            yield path
