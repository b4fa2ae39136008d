"""Repairs that no search has to find first: planted in marks, or given by a search in place of ours."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from gradecheck.grading.classrun.searching import Searching
from gradecheck.grading.jail.process import JailError
from gradecheck.grading.marks import Change, CheckMark, QuestionMark, Repair, SubmissionMark
from gradecheck.grading.repair import search as searches
from gradecheck.grading.repair.search import Found

KIND = "The mean is taken where the sum is meant."
REMEDY = "`grad.mean(axis=0)` should be `grad.sum(axis=0)`."
BEFORE = "    return grad @ W, grad.mean(axis=0)"
AFTER = "    return grad @ W, grad.sum(axis=0)"
CHANGE = Change("line 12", BEFORE, AFTER, "kin", KIND, REMEDY)
SECOND = Change("line 9", "n = len(A)\nn = n", "n = len(A)", "dropped", "A line is one too many.", "`n = n` should go.")
REPAIR = Repair((CHANGE,), 108)
FORMULA = "These are the values of the formula without its 1/n."
SAID = "the values differ"


def marked(function="mse", name="anna.py", outcome="wrong", **changed):
    """A submission with one function that lost all of its points."""
    checks = (CheckMark("correctness", "wrong", 0.0, SAID),)
    return SubmissionMark(name, "graded", (question(function, outcome, checks, **changed),), 2.0)


def question(function="mse", outcome="wrong", checks=(), **changed):
    said = {"rationale": SAID, "gist": "something differs", "help": "Compare two rows."}
    return QuestionMark(function, 0.0, 2.0, outcome, checks, **said | changed)


# -- a search in place of ours


def found_in(source, assignment, bank, fresh, isolation, limits, wrong):
    """What the source asks for in its comments, for every wrong question; each call adds a line to $SEARCHED."""
    if "SEARCHED" in os.environ:
        with Path(os.environ["SEARCHED"]).open("a", encoding="utf-8") as file:
            file.write(f"{source.file} {bank.questions.keys() == fresh.questions.keys()} {sorted(wrong)}\n")
    code = source.cells[0]
    if "# its marker is lost" in code:
        os._exit(3)
    if "# no worker starts" in code:
        raise JailError("a worker did not start")
    time.sleep(0.2 if "# slow" in code else 0.0)
    line = next(line for line in code.split("\n") if line.startswith("    return"))
    change = Change("line 5", line, f"{line}  # right", "kin", KIND, REMEDY)
    return {name: Found(Repair((change,), 48)) for name in wrong}


@dataclass(frozen=True)
class Planting(Searching):
    """The same work with that search; a marker imports this file."""

    def begin(self):
        searches.search = found_in
        return super().begin()
