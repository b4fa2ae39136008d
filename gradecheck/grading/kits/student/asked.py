"""An assignment with its bank as files for students: right answers as numbers, and no formula that is run."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from gradecheck.arguments.kinds import Kind
from gradecheck.arguments.scope import Scope
from gradecheck.grading.assignments.assignment import Allowed, Assignment, Question
from gradecheck.grading.bank import digests
from gradecheck.grading.bank.kept import load, save
from gradecheck.grading.bank.questions import BankedQuestion, Rungs
from gradecheck.grading.bank.store import Bank
from gradecheck.packs.contract import Argument, Contract

ASKED: Final = "asked.json"
SETTINGS: Final = (
    *("title", "cases", "seconds", "most_seconds", "memory_mib", "output_mib", "feedback"),
    *("packages", "allowed_imports", "file"),
)
"""Of an assignment; its seed stays with the teacher."""


def for_others(assignment: Assignment) -> Assignment:
    """The same with another seed than that of the marking, for files that others can read."""
    return replace(assignment, seed=int(digests.of("for others", assignment.seed)[:8], 16))


def written(assignment: Assignment, bank: Bank, points: bool = False) -> dict[str, bytes]:
    """The files by name.    points: whether these and the weights of the checks go along."""
    from gradecheck.grading.feedback.examples import ladder_of

    files: dict[str, bytes] = {}
    for question in assignment.questions:
        banked = bank.questions[question.name]
        ladder = ladder_of(banked, question.scope)
        file = io.BytesIO()
        save(file, replace(banked, rungs=Rungs.of(question.contract, ladder.expectations)))
        files[_file(question.name)] = file.getvalue()
    asked = {name: getattr(assignment, name) for name in SETTINGS}
    asked["questions"] = [_question(question, points) for question in assignment.questions]
    asked |= {"weights": dict(assignment.weights)} if points else {}
    files[ASKED] = json.dumps(asked, ensure_ascii=False, indent=1).encode()
    return files


def read(file: Callable[[str], bytes]) -> tuple[Assignment, Bank]:
    """The assignment and its bank.    file: gives the bytes of a file by its name."""
    asked = json.loads(file(ASKED))
    questions = tuple(map(_asked, asked.pop("questions")))
    for name in ("packages", "allowed_imports"):
        asked[name] = None if asked[name] is None else tuple(asked[name])
    banked = {q.name: _banked(q, file(_file(q.name))) for q in questions}
    return Assignment(name="check", questions=questions, **asked), Bank(banked)


def _file(function: str) -> str:
    return f"{function}.npz"


def _banked(question: Question, data: bytes) -> BankedQuestion:
    return load(io.BytesIO(data), question.contract)


def _question(question: Question, points: bool) -> Mapping[str, Any]:
    contract, allowed = question.contract, question.allowed
    return {
        "name": question.name,
        "points": question.points if points else 1.0,
        "also": question.also,
        "allowed": [allowed.in_place, allowed.float64, allowed.guard],
        "contract": {
            "name": contract.name,
            "formula": contract.formula,
            "slide": contract.slide,
            "results": contract.results,
            "arguments": [_argument(argument) for argument in contract.arguments],
        },
    }


def _argument(argument: Argument) -> Mapping[str, Any]:
    kind = argument.kind
    return {
        "name": argument.name,
        "axes": argument.axes,
        "default": argument.default,
        "kind": {"name": kind.name, "is_array": kind.is_array, "numbers": kind.numbers},
    }


def _asked(told: Mapping[str, Any]) -> Question:
    words = told["contract"]
    contract = Contract(
        name=words["name"],
        chapter="",
        formula=words["formula"],
        latex="",
        arguments=tuple(_given(argument) for argument in words["arguments"]),
        results=tuple(words["results"]),
        slide=words["slide"],
        twin="",
    )
    return Question(contract, told["name"], told["points"], tuple(told["also"]), Scope(), Allowed(*told["allowed"]))


def _given(told: Mapping[str, Any]) -> Argument:
    kind = Kind(fill=_drawn, **told["kind"])
    return Argument(told["name"], kind, tuple(told["axes"]), told["default"])


def _drawn(filling: object) -> Any:
    """Its inputs were drawn when the kit was written."""
    raise AssertionError(filling)
