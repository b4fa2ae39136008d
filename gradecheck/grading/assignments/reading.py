"""Makes an Assignment of a TOML file: every key, what it should be, and its default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from math import inf
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from gradecheck.arguments.kinds import Kind
from gradecheck.arguments.regimes import regimes_of
from gradecheck.arguments.scope import SUBMISSION, Scope
from gradecheck.cases.narrowing import NarrowingError, concerning, concerns, keys, narrowed, numbers
from gradecheck.grading.assignments import adapters, imports
from gradecheck.grading.assignments.assignment import WEIGHTS, Allowed, Assignment, Question, Written, pack_of
from gradecheck.grading.assignments.handing_in import handing_in
from gradecheck.grading.assignments.table import Table, is_identifier
from gradecheck.grading.jail import packages
from gradecheck.grading.marks import CHECKS, CheckName, Hint
from gradecheck.packs import registry
from gradecheck.packs.contract import Contract
from gradecheck.packs.pack import Pack

FEWEST_CASES: Final = 16
"""About one case of each regime in each precision: with fewer, chance leaves too many out."""

LARGEST_SEED: Final = 2**32 - 1
"""NumPy's older generators take no larger one."""

Contracts = Mapping[str, Contract]
"""All that can be asked, by their names."""
Kinds = Mapping[str, Kind]
"""Of the numbers that may be fixed, by their keys."""

ALLOWED: Final = ("in place", "float64", "guard")
GUARD: Final = 1e-7
"""The largest guard by default, where guards are allowed."""
LARGEST_GUARD: Final = 0.01
"""The largest guard that can be allowed: with a larger one it is another formula."""

HINTS: Final[tuple[Hint, ...]] = get_args(Hint)

TITLE: Final = re.compile(r"\w[\w .,:()/-]{0,59}")
"""A question's name: it is shown in tables, in HTML and in Markdown."""

ROUNDING: Final = 1e-9
"""How far the sum of shares may be from 1, as they are decimals."""


def read(written: Written, said: Mapping[str, Any]) -> Assignment:
    """The assignment in that text. said: narrows the inputs further."""
    top = Table(written.file, written.table)
    contracts = registry.rows(_pack(top, written))
    kinds = numbers(contracts.values())
    name = Path(written.file).stem
    limits = top.table("limits")
    seconds = limits.positive("seconds", 5.0)
    shown, feedback = imports.shown(top), _feedback(top)
    scope, allowed = _scope(kinds, top, SUBMISSION), _allowed(top, Allowed())
    text, model, starter = (adapters.beside(written, top, key) for key in ("adapter", "model", "starter"))
    for key, given in (("model", model), ("starter", starter)):
        if given is not None and text is None:
            raise top.wrong(key, given.file, "left out where no adapter is named: gradecheck has its own")
    adapter = None if text is None else adapters.adapter(top, text)
    questions = _questions(top, contracts, kinds, scope, allowed, said, adapter is not None)
    if adapter is not None:
        adapters.check(top, adapter, questions, packages.available(shown))
    assignment = Assignment(
        name=name,
        title=top.of("title", str, "a text", name),
        questions=questions,
        seed=_seed(top),
        cases=_cases(top),
        weights=_weights(top.table("weights")),
        seconds=seconds,
        most_seconds=_most_seconds(limits, seconds),
        memory_mib=limits.count("memory_mib", 1024),
        output_mib=limits.count("output_mib", 32),
        feedback=feedback,
        diagnosis_seconds=top.amount("diagnosis_seconds", 2.0),
        hint=_hint(top, feedback),
        packages=shown,
        allowed_imports=imports.allowed(top, shown),
        file=_file(top),
        adapter=adapter,
        model=model,
        starter=starter,
        people=handing_in(top),
    )
    limits.end()
    top.end()
    return assignment


def _pack(top: Table, written: Written) -> Pack:
    said = top.take("pack")
    if said is not None and not isinstance(said, str):
        raise top.wrong("pack", said, 'the name of a pack, a module, or a path, such as "lecture05.py"')
    return pack_of(written)


def _seed(top: Table) -> int:
    value: int = top.of("seed", int, "a whole number", 0)
    if not 0 <= value <= LARGEST_SEED:
        raise top.wrong("seed", value, f"a whole number from 0 to {LARGEST_SEED}")
    return value


def _cases(top: Table) -> int:
    value = top.count("cases", 100)
    if value < FEWEST_CASES:
        raise top.wrong("cases", value, f"{FEWEST_CASES} or more, so that every kind of input is asked")
    return value


def _most_seconds(limits: Table, seconds: float) -> float | None:
    value = limits.positive("most_seconds", seconds)
    if value < seconds:
        raise limits.wrong("most_seconds", value, f"{seconds:g} or more, which is limits.seconds")
    return value if "most_seconds" in limits else None


def _file(top: Table) -> str | None:
    value = top.take("file")
    if value is not None and not (isinstance(value, str) and value and PurePath(value).name == value):
        raise top.wrong("file", value, 'a file\'s name without a folder, such as "solution.py"')
    return value


def _feedback(top: Table) -> Literal["public", "hidden"]:
    return "hidden" if top.one_of("feedback", ("public", "hidden"), "public") == "hidden" else "public"


def _hint(top: Table, feedback: str) -> Hint:
    """How much of a repair students are told. Raises ValueError where that is the edit, and inputs are hidden."""
    hint = HINTS[HINTS.index(top.one_of("hint", HINTS, "kind"))]
    if hint == "edit" and feedback == "hidden":
        raise top.wrong("hint", hint, '"line" or "kind" where feedback is "hidden": an edit gives the answer away')
    return hint


def _weights(table: Table) -> Mapping[CheckName, float]:
    given = {check: table.take(check) for check in CHECKS}
    table.end()
    given = {check: value for check, value in given.items() if value is not None}
    for check, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < inf:
            raise table.wrong(check, value, "a share from 0 to 1")
    total = sum(given.values())
    if given and abs(total - 1) > ROUNDING:
        left = [check for check in CHECKS if check not in given]
        named = f"; {', '.join(left)} {'has' if len(left) == 1 else 'have'} none" if left else ""
        raise ValueError(f"assignment: {table.file}: weights sum to {total:g}, but should sum to 1{named}")
    return MappingProxyType({check: given.get(check, 0.0) for check in CHECKS}) if given else WEIGHTS


# -- questions


def _questions(
    top: Table,
    contracts: Contracts,
    kinds: Kinds,
    scope: Scope,
    allowed: Allowed,
    said: Mapping[str, Any],
    adapted: bool,
) -> tuple[Question, ...]:
    tables = top.of("question", list, "an array of tables, [[question]]", [])
    if not tables:
        raise top.wrong("question", tables, "at least one [[question]] with its function")
    questions = tuple(_question(top, contracts, kinds, table, scope, allowed, said, adapted) for table in tables)
    names = [name for question in questions for name in (question.name, *question.also)]
    for question in questions:
        if names.count(question.name) > 1:
            raise top.wrong("question", question.name, "asked once")
        for name in question.also:
            if names.count(name) > 1:
                raise top.wrong("question.also", name, f"a name for {question.name} alone")
    return questions


def _question(
    top: Table,
    contracts: Contracts,
    kinds: Kinds,
    given: Any,
    scope: Scope,
    allowed: Allowed,
    said: Mapping[str, Any],
    adapted: bool,
) -> Question:
    if not isinstance(given, dict):
        raise top.wrong("question", given, "a table, [[question]]")
    table = Table(top.file, given, "question.")
    function = table.take("function")
    if not isinstance(function, str) or function not in contracts:
        near = get_close_matches(str(function), contracts) or list(contracts)
        raise table.wrong("function", function, f"one of {', '.join(near)}")
    contract = contracts[function]
    question = Question(
        contract,
        name=_title(table, function) if adapted else table.identifier("name", function),
        points=table.positive("points", 1.0),
        also=_also(table, adapted),
        scope=_narrowest(top, kinds, table, contract, scope, said),
        allowed=_allowed(table, allowed),
        adapted=adapted,
    )
    table.end()
    return question


def _title(table: Table, function: str) -> str:
    """The name for people of a function that an adapter defines."""
    name = table.of("name", str, 'a text, such as "Linear.forward"', function)
    if not TITLE.fullmatch(name):
        raise table.wrong("name", name, "1 to 60 letters, digits and any of . , : ( ) - /")
    return str(name)


def _also(table: Table, adapted: bool) -> tuple[str, ...]:
    if adapted and "also" in table:
        was = table.take("also")
        raise table.wrong("also", was, "left out where there is an adapter: what it calls has the name that it says")
    names = table.texts("also", 'a list of names of functions, such as ["crossEntropy"]')
    for name in names:
        if not is_identifier(name):
            raise table.wrong("also", name, "the name of a function")
    return names


# -- what is asked, and what costs nothing


def _scope(kinds: Kinds, table: Table, scope: Scope) -> Scope:
    """The scope, narrowed by the table's own keys."""
    said = {key: value for key in keys(kinds) if (value := table.take(key)) is not None}
    try:
        return narrowed(scope, said, kinds)
    except NarrowingError as error:
        raise table.wrong(error.key, error.was, error.should) from error


def _narrowest(
    top: Table, kinds: Kinds, table: Table, contract: Contract, scope: Scope, said: Mapping[str, Any]
) -> Scope:
    """The scope of the question: the assignment's, narrowed by the question's own keys and on the command line."""
    for key in keys(kinds):
        if key in table and not concerns(key, contract):
            what = f"is {table.take(key)!r}, but {contract.name} has no {MEANT.get(key, key)}; leave it out"
            raise table.complaint(key, what)
    own = _scope(kinds, table, scope)
    if not regimes_of(contract, own):
        should = f"of what {contract.name} is asked: {', '.join(regimes_of(contract, replace(own, regimes=())))}"
        raise (table if own.regimes != scope.regimes else top).wrong("regimes", list(own.regimes), should)
    asked = narrowed(own, said, kinds)
    if not regimes_of(contract, asked):
        should = f"of what {contract.name} is asked: {', '.join(regimes_of(contract, replace(asked, regimes=())))}"
        raise NarrowingError("regimes", list(asked.regimes), should)
    return concerning(asked, contract)


MEANT: Final[Mapping[str, str]] = MappingProxyType({"rows": "array whose number of axes is open"})


def _allowed(table: Table, inherited: Allowed) -> Allowed:
    """What costs nothing, by the table's own key or the inherited one."""
    given = table.texts("allow", f"a list of {', '.join(ALLOWED)}")
    names = given if "allow" in table else _names(inherited)
    for name in names:
        if name not in ALLOWED:
            near = get_close_matches(name, ALLOWED) or ALLOWED
            raise table.wrong("allow", name, " or ".join(f'"{n}"' for n in near))
    size = table.positive("guard", inherited.guard or GUARD)
    if "guard" in table and "guard" not in names:
        raise table.wrong("guard", size, 'left out where guards are not allowed: add "guard" to allow')
    if size > LARGEST_GUARD:
        raise table.wrong("guard", size, f"{LARGEST_GUARD:g} at most: with more the formula is another one")
    return Allowed("in place" in names, "float64" in names, size if "guard" in names else 0.0)


def _names(allowed: Allowed) -> tuple[str, ...]:
    return tuple(n for n, yes in zip(ALLOWED, (allowed.in_place, allowed.float64, allowed.guard), strict=True) if yes)
