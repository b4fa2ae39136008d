"""Checks a file, or the names of a notebook, by the same rules as the marking; but with other inputs, and no points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.bank.store import Bank
from gradecheck.grading.classrun import handed
from gradecheck.grading.classrun.marking import limits_of, mark_by
from gradecheck.grading.feedback.reasons import not_there_when_marked
from gradecheck.grading.jail.answers import Absent
from gradecheck.grading.jail.packages import available, problem
from gradecheck.grading.judging import followthrough
from gradecheck.grading.kits.student.code import Code, FileCode, NotebookCode
from gradecheck.grading.kits.student.here import Here
from gradecheck.grading.marks import QuestionMark
from gradecheck.grading.source import Source
from gradecheck.grading.submissions import imports, submission

Began = Callable[[str], None]
"""Told the name of each function before it is called."""


@dataclass(frozen=True)
class Checked:
    """What was found of each function.    hidden: whether students may not see the inputs yet.

    name: of what was checked.    notes: about the file.
    helpers: for each function that is not right, those that it calls and that are not right either.
    """

    name: str
    questions: tuple[QuestionMark, ...]
    notes: tuple[str, ...]
    helpers: Mapping[str, tuple[str, ...]]
    hidden: bool

    @property
    def agrees(self) -> bool:
        return all(map(_passed, self.questions))


def check_file(path: Path, assignment: Assignment, bank: Bank, began: Began) -> Checked:
    """Raises UnreadableError with the reason, and OSError where the system refuses."""
    source = submission.read(path, assignment.names, assignment.file)
    folder = path if path.is_dir() else path.parent
    checked = _check(path.name, FileCode(source, folder), source, assignment, bank, began)
    return replace(checked, notes=(*checked.notes, *_only_here(source, folder, assignment.packages)))


def check_names(names: dict[str, Any], assignment: Assignment, bank: Bank, began: Began) -> Checked:
    """names: those of a notebook, or of any module."""
    bound = tuple(f"{name} = None" for name in sorted(assignment.names & names.keys()))
    source = Source(bound, file="notebook.ipynb")  # of the text nothing is known but the names
    return _check("your notebook", NotebookCode(names), source, assignment, bank, began)


def _check(name: str, code: Code, source: Source, assignment: Assignment, bank: Bank, began: Began) -> Checked:
    asked, banked = handed.as_called(assignment, bank, source)
    session = Here(code, source, limits_of(assignment), installed(assignment.packages), began)
    helpers = followthrough.helpers(asked.questions, followthrough.code(source))
    mark = mark_by(session, name, source, assignment, asked, banked, helpers)
    questions = tuple(_stopped(q, assignment) if q.function in session.stopped else q for q in mark.questions)
    wrong = {called.name: q.function for called, q in zip(asked.questions, questions, strict=True) if not _passed(q)}
    broken = {name: tuple(sorted(helpers[own] & wrong.keys())) for own, name in wrong.items()}
    return Checked(name, questions, mark.notes, broken, assignment.feedback == "hidden")


def _only_here(source: Source, folder: Path, packages: tuple[str, ...]) -> Iterator[str]:
    """A sentence for each package that is there now, and not in the marking."""
    there = available(installed(packages))
    for number, cell in enumerate(source.cells):
        for line, module in sorted(imports.imported(cell)):
            own = any((folder / place).exists() for place in (module, f"{module}.py"))
            if module not in there and not own and find_spec(module) is not None:
                where = number if len(source.cells) > 1 else None
                yield not_there_when_marked(Absent(module, where, line, packages=packages))


def installed(packages: tuple[str, ...]) -> tuple[str, ...]:
    """Those that are there now."""
    return tuple(package for package in packages if not problem(package))


def _passed(mark: QuestionMark) -> bool:
    return mark.outcome == "passed"


def _stopped(mark: QuestionMark, assignment: Assignment) -> QuestionMark:
    why = (
        f"{mark.function} had not answered when you stopped it; in the marking it has {assignment.seconds:g} s. "
        "Is there a loop that never ends?"
    )
    return replace(mark, rationale=why, gist=why)
