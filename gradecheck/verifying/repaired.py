"""Looks for what makes the functions of a failing file right, as `check` does: in the jail, never in this process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gradecheck.arguments.regimes import regimes_of
from gradecheck.arguments.scope import Scope
from gradecheck.numbers.compare import Verdict
from gradecheck.verifying.implementation import Implementation
from gradecheck.verifying.naming import CASES, SEED
from gradecheck.verifying.records import Verification

if TYPE_CHECKING:
    from gradecheck.grading.source import File

NO_ANSWERS: Final = (Verdict.MISSING, Verdict.VACUOUS)


def repaired(found: Sequence[Verification], implementation: Implementation, scope: Scope) -> list[Verification]:
    """The same, with a repair where one was found on what submissions are asked in the scope."""
    asked = replace(scope, everything=False)
    failing = dict.fromkeys(v.contract for v in found if not v.verdict.passes and v.verdict not in NO_ANSWERS)
    contracts = [contract for contract in failing if regimes_of(contract, asked)]
    if implementation.path is None or not contracts or find_spec("fcntl") is None:  # a worker needs Linux
        return list(found)
    from gradecheck.grading.assignments.assignment import Assignment, Question
    from gradecheck.grading.bank.store import bank
    from gradecheck.grading.classrun.repairing import mark_and_search
    from gradecheck.grading.jail.isolation import isolation
    from gradecheck.grading.jail.process import JailError
    from gradecheck.grading.submissions.carried import UnreadableError
    from gradecheck.grading.submissions.submission import read

    path = implementation.path
    questions = tuple(Question(contract, contract.name, 1.0, scope=asked) for contract in contracts)
    assignment = Assignment(path.name, path.name, questions, SEED, CASES, seconds=implementation.seconds)
    try:
        source = replace(read(path, assignment.names), beside=beside(path))
        mark = mark_and_search(path.name, source, assignment, bank(assignment), isolation("auto")).mark
    except (JailError, UnreadableError, OSError):  # the file fails all the same, and is told to
        return list(found)
    repairs = {question.function: question.repair for question in mark.questions}
    return [v if v.verdict.passes else replace(v, repair=repairs.get(v.contract.name)) for v in found]


def beside(path: Path) -> tuple[File, ...]:
    """The modules in the file's folder, which it may import. Raises OSError where one cannot be read."""
    from gradecheck.grading.source import File

    return tuple(File(other.name, other.read_bytes()) for other in sorted(path.parent.glob("*.py")) if other != path)
