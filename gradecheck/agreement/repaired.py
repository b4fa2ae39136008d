"""The smallest edit of a failing function's own file with which it agrees. Edits run in the jail alone.

It is looked for where a function fails, and nowhere else. It is no part of the verdict: where it cannot be looked for,
nothing is said.
"""

from __future__ import annotations

import ast
import inspect
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.agreement.arrays import is_real
from gradecheck.agreement.sides import Call, Side
from gradecheck.arguments.kinds import real
from gradecheck.cases.case import Case, Recipe
from gradecheck.grading.defined import statements
from gradecheck.grading.marks import Repair
from gradecheck.packs.contract import ANY, Argument, Contract
from gradecheck.verifying.repaired import beside

if TYPE_CHECKING:
    from gradecheck.grading.bank.questions import BankedQuestion
    from gradecheck.grading.source import Source

SECONDS: Final = 1.0  # of a search, as of an assignment's diagnosis
MOST: Final = 4  # searches for a function in one process
NUMBERS: Final = 10_000  # of the inputs of a call: every edit is called with them
FRESH: Final = 3  # calls with other numbers beside one that was given
DECORATOR: Final = "agrees_with"
TRAVEL: Final = ("float32", "float64")

_found: dict[tuple[Any, ...], Repair | None] = {}


def repaired(side: Side, calls: Iterable[Call], fresh: Iterable[Call]) -> Repair | None:
    """The change with which the side's function agrees on these calls and on fresh ones; None where none is found.

    It is looked for where the function stands by its name in a file, takes numbers and arrays of NumPy, and where there
    is a jail that keeps its edits from everything else.
    """
    name, path = getattr(side.function, "__qualname__", ""), _path(side.function)
    if not name.isidentifier() or path is None or find_spec("fcntl") is None:  # a worker needs Linux
        return None
    from gradecheck.grading.submissions.submission import read

    try:
        source = read(path, (name,))
        source = replace(source, cells=tuple(bare(cell, name) for cell in source.cells), beside=beside(path))
        cases = (_banked(side, name, list(calls)), _banked(side, name, list(fresh)))
        return _told(_searched(source, name, cases), path.name)
    except Exception:  # the function fails all the same, and that is told, whatever goes wrong here
        return None


def varied(side: Side, call: Call) -> Iterator[Call]:
    """Such calls as the twin takes: the same with each real number nearer to 0, by a factor of its own.

    None where an array is not NumPy's.
    """
    if not all(isinstance(x, np.ndarray) for _, x in call.arrays):
        return
    rng = np.random.default_rng(zlib.crc32(b"".join(call.bytes)))
    for _ in range(FRESH):
        inputs = tuple(_nearer(x, rng) if is_real(x) else x for x in call.inputs)
        other = Call(inputs, call.names, call.keywords)
        with suppress(Exception):
            side.expect(other)
            yield other


def _nearer(x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    found: NDArray[Any] = (x * rng.uniform(0.5, 1, x.shape)).astype(x.dtype)
    return found


def bare(code: str, name: str) -> str:
    """The code without what `agrees_with` decorates that function by, which the jail does not have; as blank lines."""
    lines = code.split("\n")
    for decorator in _decorators(code, name):
        end = decorator.end_lineno or decorator.lineno
        lines[decorator.lineno - 1 : end] = [""] * (end - decorator.lineno + 1)
    return "\n".join(lines)


def _decorators(code: str, name: str) -> Iterator[ast.expr]:
    for statement in statements(code):
        if isinstance(statement, ast.FunctionDef) and statement.name == name:
            for decorator in statement.decorator_list:
                match decorator:
                    case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)) if called == DECORATOR:
                        yield decorator


def _path(function: Callable[..., Any]) -> Path | None:
    """The file in which it stands; None where there is none."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    path = Path(code.co_filename) if code is not None else None
    return path if path is not None and path.is_file() else None


def _banked(side: Side, name: str, calls: Sequence[Call]) -> BankedQuestion:
    """The calls with their right answers. Raises what the twin raises, and where the jail cannot ask them."""
    from gradecheck.grading.bank.questions import Rungs, of_cases

    given = [_arguments(side.function, call) for call in calls]
    expected = [side.expect(call) for call in calls]
    first = expected[0]
    contract = Contract(
        name=name,
        arguments=tuple(Argument(key, real, (ANY,) * bool(np.ndim(x))) for key, x in given[0].items()),
        results=first.names,
        chapter="",
        formula="",
        latex="",
        slide="",
        twin=side.against,
    )
    if first.precision not in TRAVEL or not all(value.size for own in expected for value in own.values):
        raise ValueError(f"{name} has results of {first.precision}, or empty ones")
    recipes = (Recipe(name, own.precision, "moderate", "C", (), (), 0) for own in expected)
    cases = [Case(name, "correctness", tuple(own.values()), recipe) for own, recipe in zip(given, recipes, strict=True)]
    return of_cases(contract, cases, expected, range(len(cases)), Rungs.of(contract, ()))


def _arguments(function: Callable[..., Any], call: Call) -> Mapping[str, Any]:
    """What a call gives by position, by name. Raises TypeError and ValueError where the jail could not call it so."""
    bound = inspect.signature(function).bind(*call.inputs, **call.keywords)
    given = bound.arguments
    if bound.kwargs or len(bound.args) != len(given):
        raise ValueError("an argument has no place of its own")
    if not all(isinstance(x, np.ndarray | int | float) for x in given.values()):
        raise TypeError("an argument is no number and no array of NumPy")
    if sum(map(np.size, given.values())) > NUMBERS:
        raise ValueError("the arguments are too large")
    return given


def _searched(source: Source, name: str, cases: tuple[BankedQuestion, BankedQuestion]) -> Repair | None:
    """The repair; what was found for the same calls in the same process is not looked for again."""
    from gradecheck.grading.assignments.assignment import Question
    from gradecheck.grading.jail.isolation import isolation
    from gradecheck.grading.jail.limits import Limits
    from gradecheck.grading.repair.search import search_alone

    key = (source, name, *(part for own in cases for part in (own.frame, own.values.tobytes())))
    if key not in _found and sum(own[:2] == key[:2] for own in _found) < MOST:
        jail, question = isolation("auto"), Question(cases[0].contract, name, 1.0)
        _found[key] = None if jail.mode == "none" else search_alone(source, question, cases, jail, Limits(), SECONDS)
    return _found.get(key)


def _told(repair: Repair | None, file: str) -> Repair | None:
    """With the name of the file at each line of it."""
    if repair is None:
        return None
    changes = (replace(c, where=f"{c.where} of {file}") if c.where.startswith("line") else c for c in repair.changes)
    return replace(repair, changes=tuple(changes))
