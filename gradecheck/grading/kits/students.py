"""The kit for students: the starter as a file and as a notebook, and check.pyz."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.assignments.notebook import notebook
from gradecheck.grading.assignments.starter import starter
from gradecheck.grading.bank.store import bank
from gradecheck.grading.kits import carried
from gradecheck.grading.kits.student import asked
from gradecheck.machine.zips import zipped

ENTRY: Final = "gradecheck.grading.kits.student.check"
CHECK: Final = "check.pyz"
PACKAGE: Final = f"""from {ENTRY} import functions, main

__all__ = ["functions", "main"]
"""
MAIN: Final = """import os
import sys

if sys.version_info < (3, 11):
    sys.exit("check: Python is %d.%d, but should be 3.11 or newer" % sys.version_info[:2])
try:
    import numpy
except ImportError:
    sys.exit("check: NumPy is not installed for this Python, but should be; python -m pip install numpy")
sys.path[0] = os.path.abspath(sys.path[0])  # a submission runs in a folder of its own
from check import main

sys.exit(main())
"""
CELL: Final = f"""# Run this cell as often as you like: a self-check, not the marking.
import sys

sys.path.insert(0, "{CHECK}")
import check

check.functions(globals())
"""


def files(assignment: Assignment) -> dict[str, bytes]:
    """The files of the kit by name. Raises ValueError for an assignment that has none."""
    if assignment.adapter is not None:
        should = "functions that are called as they are asked; give out the starter alone"
        raise ValueError(f"assignment: {assignment.name} has an adapter, but a kit for students needs {should}")
    stem = PurePosixPath(assignment.file or "submission.py").stem
    named = [replace(assignment, file=f"{stem}{suffix}") for suffix in (".py", ".ipynb")]
    command = f"python {CHECK} FILE"
    return {
        f"{stem}.py": starter(named[0], command).encode(),
        f"{stem}.ipynb": notebook(named[1], f"{command}    (or run the last cell)", CELL).encode(),
        CHECK: archive(assignment),
    }


def archive(assignment: Assignment) -> bytes:
    """check.pyz: the same bytes for the same assignment and code."""
    ours = asked.for_others(assignment)
    inside = {"__main__.py": MAIN.encode(), "check/__init__.py": PACKAGE.encode()}
    inside |= {f"check/asked/{name}": data for name, data in asked.written(ours, bank(ours)).items()}
    for name, file in carried.modules(ENTRY).items():
        inside[file.relative_to(carried.TOP.parent).as_posix()] = file.read_bytes()
        for folder in PurePosixPath(*name.split(".")).parents[:-1]:
            inside.setdefault(f"{folder}/__init__.py", b"")  # zipimport asks for one in every folder
    return zipped(inside)
