"""Finds the submissions at the paths of a command, and gives each a name of its own."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradecheck.grading.submissions import submission
from gradecheck.grading.submissions.items import Item, at
from gradecheck.grading.submissions.names import readable


@dataclass(frozen=True)
class Entry:
    """A submission, not read yet. name: for people and results; no two of a run have the same.

    items: what was handed in.
    """

    name: str
    items: tuple[Item, ...]


def find(paths: Sequence[Path], leave: Collection[Path] = ()) -> list[Entry]:
    """Every submission at the paths: a file is one, and so is everything in a folder. leave: paths to skip.

    A name is the path relative to what was given, and longer where two would be the same. Raises OSError where a
    folder cannot be read.
    """
    left = {os.path.abspath(path) for path in leave}
    found: dict[str, str] = {}  # by path: one that is named twice is marked once
    for path in paths:
        inside = submission.entries(path) if path.is_dir() else [path]
        found |= {os.path.abspath(p): p.name for p in inside if os.path.abspath(p) not in left}
    given = {os.path.abspath(path) for path in paths}
    names = _told_apart(found)
    return [Entry(names[p], (at(Path(os.path.realpath(p)) if p in given else Path(p)),)) for p in found]


def _told_apart(found: Mapping[str, str]) -> dict[str, str]:
    """A unique name for each path: its own, else relative to the folder of all, else with a digest."""
    names = {place: readable(name) for place, name in found.items()}
    if found:
        top = os.path.commonpath([os.path.dirname(place) for place in found])
        names = _replaced(names, lambda place: readable(os.path.relpath(place, top)))
    return _replaced(names, lambda place: f"{names[place]}~{hashlib.sha256(os.fsencode(place)).hexdigest()[:8]}")


def _replaced(names: Mapping[str, str], name: Callable[[str], str]) -> dict[str, str]:
    """The names, with another for each that is not unique."""
    counts = Counter(names.values())
    return {place: name(place) if counts[own] > 1 else own for place, own in names.items()}
