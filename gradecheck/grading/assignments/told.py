"""Sentences for students on the inputs: what holds for all functions, and what is asked of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import fill
from typing import Any, Final

from gradecheck.arguments import sizes
from gradecheck.arguments.regimes import MEANINGS, REGIMES
from gradecheck.arguments.scope import DTYPES
from gradecheck.cases.narrowing import concerns
from gradecheck.grading.assignments.assignment import Allowed, Assignment, Question
from gradecheck.packs.contract import ANY, Argument

WIDTH: Final = 112
HEAD: Final = "What holds, where the slides leave it open, or where the slides and this page differ:"


def held(assignment: Assignment) -> str:
    """What holds for every function of the assignment, as a list."""
    questions = assignment.questions
    dtypes = _common(q.scope.dtypes for q in questions) or DTYPES
    float64 = ", or is float64" * all(q.allowed.float64 for q in questions)
    changed = "" if all(q.allowed.in_place for q in questions) else " No function changes an argument."
    mild = all(_is_mild(q.scope.regimes) for q in questions)
    contracts = [q.contract for q in questions]
    arguments = list(dict.fromkeys(a for contract in contracts for a in contract.arguments))
    numbers = ", ".join(dict.fromkeys(a.name for a in arguments if not a.is_array))
    said = [
        f"Arrays are {' or '.join(dtypes)}, and a result has the dtype of the arguments{float64}.{changed}",
        "Arguments come by position, so their names are yours."
        + (f" Scalars ({numbers}) are Python numbers." if numbers else ""),
        *dict.fromkeys(a.kind.told.format(name=a.name) for a in arguments if a.kind.told),
        *_rows(questions, arguments),
        *dict.fromkeys(line for contract in contracts for line in contract.holds),
        *dict.fromkeys(c.possible.told for c in contracts if c.possible is not None),
        *_targets(questions),
        "One number may come back as a float, a NumPy number or a 0-d array; several results as a tuple or a list.",
        *(f"Some calls leave out {name}, which is then {value:g}." for name, value in _left_out(questions)),
        f"{'' if mild else 'Numbers may be large: what should be finite has to be. '}Warnings and prints cost nothing.",
    ]
    free: dict[str, list[str]] = {}
    for question in questions:
        for what in _allowed(question.allowed):
            free.setdefault(what, []).append(question.name)
    if free:
        where = {what: f" ({', '.join(names)})" * (len(names) < len(questions)) for what, names in free.items()}
        costs = "; ".join(f"{what}{where[what]}" for what in free)
        said.append(fill(f"It costs nothing: {costs}.", WIDTH, subsequent_indent="  "))
    asked = {name for q in questions for name in q.scope.regimes}
    if asked:
        kinds = ", ".join(f"{name} ({meaning})" for name, meaning in MEANINGS.items() if name in asked)
        said.append(fill(f"Kinds of numbers: {kinds}.", WIDTH, subsequent_indent="  "))
    if assignment.allowed_imports is not None:
        said.append(f"Allowed imports: {', '.join(assignment.allowed_imports) or 'none'}.")
    return "\n".join([HEAD, "", *(f"- {line}" for line in said)]) + "\n"


def _rows(questions: Sequence[Question], arguments: Sequence[Argument]) -> Iterator[str]:
    """What the axes count, how short they may be, and which of them may be absent."""
    axes = dict.fromkeys(axis.removesuffix("?") for a in arguments for axis in a.axes if axis != ANY)
    if "n" in axes:
        yield "n is the number of rows (the batch)."
    rows = _common(q.scope.rows for q in questions if concerns("rows", q.contract)) == "2-D"
    single = dict.fromkeys(a.name for a in arguments if any(x.endswith("?") or (rows and x == ANY) for x in a.axes))
    if single and rows:
        yield f"{_and(list(single))} {'is' if len(single) == 1 else 'are'} 2-D."
    elif single:
        yield f"A 1-D {_and(list(single), 'or')} is one row."
    short = [axis for axis in axes if all(_may_be_1(axis, q) for q in questions)]
    if short:
        yield f"{_and([f'{axis} = 1' for axis in short])} {'is' if len(short) == 1 else 'are'} asked."
    yield f"Empty {'' if rows else 'and 0-d '}arrays are not asked."


def _may_be_1(axis: str, question: Question) -> bool:
    """Whether an axis of that name may have length 1 where there is one: not where its length follows from others."""
    contract, free = question.contract, sizes.names(question.contract)
    own = {name for a in contract.arguments for name in a.axes} & {axis, f"{axis}?"}
    return all(n in free and sizes.near(contract, {n: (1,)}, question.scope, only=n) is not None for n in own)


def _targets(questions: Sequence[Question]) -> Iterator[str]:
    asked = {q.scope.targets for q in questions if concerns("targets", q.contract)}
    if asked:
        (targets,) = asked if len(asked) == 1 else ("any",)
        yield f"Targets {'may be soft' if targets == 'any' else f'are {targets}'}."


def _left_out(questions: Iterable[Question]) -> list[tuple[str, float]]:
    """Arguments with a default that is asked, and the default."""
    found = set()
    for question in questions:
        for argument in question.contract.arguments:
            default, asked = argument.default, question.scope.only(argument.kind.key)
            if default is not None and (not asked or default in asked):
                found.add((argument.name, default))
    return sorted(found)


def _is_mild(regimes: Sequence[str]) -> bool:
    return bool(regimes) and not any(REGIMES[name].check == "stability" for name in regimes)


def _common(values: Iterable[Any]) -> Any:
    """The value that all of them are; None where they differ, or where there are none."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def narrowing(question: Question) -> str:
    """What the question asks less than others; "" for nothing."""
    return " ".join(_asked(question))


def _asked(question: Question) -> Iterator[str]:
    contract, scope = question.contract, question.scope
    if scope.targets != "any":
        yield f"Targets are {scope.targets}."
    if scope.rows == "2-D":
        names = [a.name for a in contract.arguments if any(axis == ANY or axis.endswith("?") for axis in a.axes)]
        yield f"{_and(names)} {'is' if len(names) == 1 else 'are'} 2-D."
    yield from (f"{key} is {either(values)}." for key, values in scope.values)
    if len(scope.dtypes) == 1:
        yield f"Arrays are {scope.dtypes[0]}."
    if scope.regimes:
        yield f"Kinds of numbers: {', '.join(scope.regimes)}."


def _allowed(allowed: Allowed) -> Iterator[str]:
    if allowed.in_place:
        yield "to change an argument"
    if allowed.float64:
        yield "to return float64"
    if allowed.guard:
        yield f"to guard by {allowed.guard:g} or less, as in log(p + {allowed.guard:g})"


def _and(names: Sequence[str], word: str = "and") -> str:
    return f" {word} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def either(values: Sequence[float]) -> str:
    return _and([f"{value:g}" for value in values], "or")
