"""Marks one submission in a platform's container, with a kit. Needs NumPy, and neither torch nor a network."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from gradecheck.grading.classrun.grade import fault, grade_content, unreadable
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.jail.process import JailError
from gradecheck.grading.judging.catalogue import known
from gradecheck.grading.kits.contents import TRACES, Kit
from gradecheck.grading.marks import SubmissionMark
from gradecheck.grading.submissions import submission
from gradecheck.grading.submissions.carried import UnreadableError

NEEDS: Final = "this kit needs bubblewrap or Landlock, or it has to be written with --isolation none"


def mark(kit: Kit, folder: Path, handed_in: Path) -> SubmissionMark:
    """The marks of the file or folder that was handed in. Where they are a fault of ours, the marks say so.

    folder: the kit's.
    """
    name = handed_in.name
    try:
        jail = isolation(kit.isolation)
    except JailError as error:
        return fault(name, kit.assignment, f"{error}; {NEEDS}")
    try:
        content = submission.fetch(handed_in)
    except (UnreadableError, OSError) as error:
        return unreadable(name, kit.assignment, error)
    with _traces(folder):
        return grade_content(name, content, kit.assignment, kit.bank, jail)


def prepare(kit: Kit, folder: Path) -> None:
    """Compute what this container's NumPy gives for catalogued mistakes, where it is not the NumPy of the kit."""
    with _traces(folder):
        for banked in kit.bank.questions.values():
            known(banked)


@contextmanager
def _traces(folder: Path) -> Iterator[None]:
    """Let the answers of catalogued mistakes be looked up in the kit; in a copy where the kit cannot be written to."""
    place = folder / TRACES
    if not place.is_dir():  # a kit without a catalogue
        yield
        return
    with tempfile.TemporaryDirectory() as copy:
        if not os.access(place, os.W_OK):
            place = Path(shutil.copytree(place, Path(copy, TRACES)))
        os.environ["GRADECHECK_CACHE"] = str(place)  # this process marks one submission, and ends
        yield
