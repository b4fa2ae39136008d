"""What a kit runs in its platform's container, for one submission: the kit's mark.py calls `main`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from gradecheck.grading.kits.contents import Kit, read
from gradecheck.grading.kits.marker import mark, prepare
from gradecheck.grading.marks import SubmissionMark
from gradecheck.machine.files import write
from reports import autolab, classroom50, feedback, gradescope, prairielearn

FAULT = 1  # exit status
RESULT, RELEASE = Path("result.json"), Path("release-body.md")  # of Classroom 50, in the working folder


def main(words: Sequence[str]) -> int:
    """Mark a submission, or prepare the container for that. Returns the exit status.

    words: prepare KIT; gradescope KIT SUBMISSION RESULTS; prairielearn KIT SUBMISSION RESULTS; autolab KIT SUBMISSION;
    classroom50 KIT SUBMISSION.
    """
    what, folder, *more = words
    kit = read(Path(folder))
    if what == "prepare":
        prepare(kit, Path(folder))
        return 0
    found = mark(kit, Path(folder), Path(more[0]))
    asked = kit.assignment
    if what == "gradescope":
        said = gradescope.gradescope(found, asked.feedback, asked.hint)
        return _fault(found) if said is None else _write(Path(more[1]), said)
    if what == "classroom50":
        said = classroom50.classroom50(found, os.environ)
        return _fault(found) if said is None else _write(RESULT, said) or _write(RELEASE, _markdown(found, kit))
    if what == "prairielearn":
        return _write(Path(more[1]), prairielearn.prairielearn(found, asked.feedback, asked.hint))
    said = autolab.autolab(found, _for_students(found, kit))
    if said is None:
        return _fault(found)
    print(said, end="", flush=True)
    return 0


def _for_students(found: SubmissionMark, kit: Kit) -> str:
    asked = kit.assignment
    return click.unstyle(feedback.terminal(feedback.feedback(found, asked.title, asked.feedback, asked.hint)))


def _markdown(found: SubmissionMark, kit: Kit) -> str:
    asked = kit.assignment
    return feedback.markdown(feedback.feedback(found, asked.title, asked.feedback, asked.hint))


def _write(path: Path, text: str) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, text)  # in the place of a link, not through it: the folder may be the student's
    return 0


def _fault(found: SubmissionMark) -> int:
    """Say why it was not judged, for whoever set the platform up."""
    why = dict.fromkeys((*found.notes, *(q.rationale for q in found.questions if q.outcome == "fault")))
    print("gradecheck: not judged, a fault of ours:", *why, sep="\n  ")
    return FAULT
