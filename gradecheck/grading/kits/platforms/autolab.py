"""Autolab: autograde-Makefile and autograde.tar, which lie in one folder with the file that was handed in."""

from __future__ import annotations

import io
import shlex
import tarfile
from typing import Final

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.kits.contents import MARK, OPTIONS, Files

MAKEFILE, TAR = "autograde-Makefile", "autograde.tar"
HANDED_IN: Final = "submission.py"

MAKE: Final = """# Autolab runs `make` here. The name of the assessment's handin file: {file}
# Its problems, with the points of each: {problems}
PYTHON ?= python3

.PHONY: all
all:
	@tar xf {tar}
	@OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 "$(PYTHON)" {options} kit/{mark} autolab kit {quoted}
"""


def files(kit: Files, assignment: Assignment) -> Files:
    """What is uploaded.    kit: the files that mark. Raises ValueError for names that Autolab cannot read back."""
    for question in assignment.questions:
        if ":" in question.name:
            should = "a name without a colon, which Autolab takes for the end of a key; give it another name"
            raise ValueError(f"assignment: the question {question.name!r} should have {should}")
    problems = ", ".join(f"{question.name} ({question.points:g})" for question in assignment.questions)
    file = assignment.file or HANDED_IN
    quoted = shlex.quote(file).replace("$", "$$")
    make = MAKE.format(file=file, problems=problems, tar=TAR, options=OPTIONS, mark=MARK, quoted=quoted)
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for path, content in kit.items():
            entry = tarfile.TarInfo(f"kit/{path}")
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    return {MAKEFILE: make.encode(), TAR: data.getvalue()}
