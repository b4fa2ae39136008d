"""An assignment: which functions are asked, for how many points, under which limits. Read from a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from keyword import iskeyword
from math import inf
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any, Final, Literal

from gradecheck.contract import Contract
from gradecheck.contracts import CONTRACTS
from gradecheck.grading.marks import CHECKS, CheckName
from gradecheck.scope import SUBMISSION, Scope

BUILT_IN: Final = Path(__file__).parent
WEIGHTS: Final[Mapping[CheckName, float]] = MappingProxyType(
    {"correctness": 0.6, "edges": 0.15, "stability": 0.15, "hygiene": 0.1}
)
FEWEST_CASES: Final = 16
"""Eight in each precision, about one of each regime of numbers: with fewer, chance leaves too much unasked."""


@dataclass(frozen=True)
class Allowed:
    """What costs nothing in this assignment. guard: the largest constant of an epsilon guard; 0 allows none."""

    in_place: bool = False
    float64: bool = False
    guard: float = 0.0


@dataclass(frozen=True)
class Question:
    """One function of the lecture. name: what it is called in this assignment.

    also: other names that are taken for it where the submission has none of that name.
    scope: the inputs that are asked.    allowed: what costs nothing.
    """

    contract: Contract
    name: str
    points: float
    also: tuple[str, ...] = ()
    scope: Scope = SUBMISSION
    allowed: Allowed = Allowed()


@dataclass(frozen=True)
class Assignment:
    """What is asked and how it is marked.

    cases: calls of each function, shared by both precisions.   weights: of the four checks; they sum to 1.
    seconds, memory_mib, output_mib: limits of one question.
    most_seconds: limit of one question whose function keeps answering, 4 times `seconds` where it is None.
    feedback: "public" shows students the failing input; "hidden" only what was found.
    packages: the marker's own packages that the jail shows.    allowed_imports: None allows whatever the jail has.
    file: the one to mark in a folder of several.
    """

    name: str
    title: str
    questions: tuple[Question, ...]
    seed: int = 0
    cases: int = 100
    weights: Mapping[CheckName, float] = field(default_factory=lambda: WEIGHTS)
    seconds: float = 5.0
    most_seconds: float | None = None
    memory_mib: int = 1024
    output_mib: int = 32
    feedback: Literal["public", "hidden"] = "public"
    packages: tuple[str, ...] = ()
    allowed_imports: tuple[str, ...] | None = None
    file: str | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """To another process without the contracts, whose conditions do not travel: they are there already."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        asked = [(q.contract.name, *(getattr(q, f.name) for f in fields(q)[1:])) for q in self.questions]
        return _arrived, ({**plain, "questions": asked, "weights": dict(self.weights)},)

    @property
    def names(self) -> frozenset[str]:
        """Every name that a function may have that is asked."""
        return frozenset(name for question in self.questions for name in (question.name, *question.also))

    @property
    def max_score(self) -> float:
        return sum(question.points for question in self.questions)


def _arrived(plain: dict[str, Any]) -> Assignment:
    asked = tuple(Question(CONTRACTS[function], *others) for function, *others in plain["questions"])
    return Assignment(**{**plain, "questions": asked, "weights": MappingProxyType(plain["weights"])})


def load(source: str) -> Assignment:
    """The assignment of that name, or in that TOML file.

    Raises ValueError, naming the file, the key and what it should be, for anything that is not as it should be.
    """
    path = BUILT_IN / f"{source}.toml"
    if not path.is_file():
        path = Path(source)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        names = ", ".join(sorted(p.stem for p in BUILT_IN.glob("*.toml")))
        msg = f"assignment: {source} is no file that can be read, but should be one, or one of: {names}"
        raise ValueError(msg) from error
    except tomllib.TOMLDecodeError as error:
        msg = f"assignment: {path} is no TOML ({error}), but should be; see {BUILT_IN.name}/lecture03.toml"
        raise ValueError(msg) from error
    return _Reader(path).read(table)


class _Reader:
    """One TOML table into an Assignment, every complaint with the file and the key."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def wrong(self, key: str, was: Any, should: str) -> ValueError:
        return ValueError(f"assignment: {self.path.name}: {key} is {was!r}, but should be {should}")

    def take(self, table: dict[str, Any], key: str, kind: type | tuple[type, ...], should: str, default: Any) -> Any:
        value = table.pop(key, default)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.wrong(key, value, should)
        return value

    def positive(self, table: dict[str, Any], key: str, default: float) -> float:
        value = self.take(table, key, (int, float), "a positive number", default)
        if not 0 < value < inf:
            raise self.wrong(key, value, "a positive number")
        return float(value)

    def count(self, table: dict[str, Any], key: str, default: int) -> int:
        value = self.take(table, key, int, "a whole number above 0", default)
        if value <= 0:
            raise self.wrong(key, value, "a whole number above 0")
        return int(value)

    def cases(self, table: dict[str, Any]) -> int:
        value = self.count(table, "cases", 100)
        if value < FEWEST_CASES:
            raise self.wrong("cases", value, f"{FEWEST_CASES} or more, so that every kind of input is asked")
        return value

    def name(self, table: dict[str, Any], key: str, default: str) -> str:
        value = self.take(table, key, str, "the name of a function", default)
        if not value.isidentifier() or iskeyword(value):
            raise self.wrong(f"question.{key}", value, "the name of a function")
        return str(value)

    def file(self, table: dict[str, Any]) -> str | None:
        value = table.pop("file", None)
        if value is not None and not (isinstance(value, str) and value and PurePath(value).name == value):
            raise self.wrong("file", value, "a file's name without a folder, such as \"solution.py\"")
        return value

    def read(self, table: dict[str, Any]) -> Assignment:
        limits = self.take(table, "limits", dict, "a table", {})
        questions = self.take(table, "question", list, "an array of tables, [[question]]", [])
        if not questions:
            raise self.wrong("question", questions, "at least one [[question]] with its function")
        imports = table.pop("allowed_imports", None)
        if imports is not None and not (isinstance(imports, list) and all(isinstance(i, str) for i in imports)):
            raise self.wrong("allowed_imports", imports, "a list of module names")
        feedback = self.take(table, "feedback", str, '"public" or "hidden"', "public")
        if feedback not in ("public", "hidden"):
            raise self.wrong("feedback", feedback, '"public" or "hidden"')
        assignment = Assignment(
            name=self.path.stem,
            title=self.take(table, "title", str, "a text", self.path.stem),
            questions=tuple(self.question(q) for q in questions),
            seed=self.take(table, "seed", int, "a whole number", 0),
            cases=self.cases(table),
            weights=self.weights(table),
            seconds=self.positive(limits, "seconds", 5.0),
            memory_mib=self.count(limits, "memory_mib", 1024),
            output_mib=self.count(limits, "output_mib", 32),
            feedback="hidden" if feedback == "hidden" else "public",
            allowed_imports=None if imports is None else tuple(imports),
            file=self.file(table),
        )
        for key in (*table, *(f"limits.{k}" for k in limits)):
            was = table.get(key, limits.get(key.removeprefix("limits.")))
            raise self.wrong(key, was, "left out: there is no such key")
        names = [q.name for q in assignment.questions]
        for name in names:
            if names.count(name) > 1:
                raise self.wrong("question", name, "asked once")
        return assignment

    def question(self, table: Any) -> Question:
        if not isinstance(table, dict):
            raise self.wrong("question", table, "a table, [[question]]")
        table = dict(table)
        function = table.pop("function", None)
        if not isinstance(function, str) or function not in CONTRACTS:
            near = get_close_matches(str(function), CONTRACTS) or list(CONTRACTS)
            raise self.wrong("question.function", function, f"one of {', '.join(near)}")
        name = self.name(table, "name", function)
        points = self.positive(table, "points", 1.0)
        for key in table:
            raise self.wrong(f"question.{key}", table[key], "left out: there is no such key")
        return Question(CONTRACTS[function], name, points)

    def weights(self, table: dict[str, Any]) -> Mapping[CheckName, float]:
        given = self.take(table, "weights", dict, "a table", dict(WEIGHTS))
        for key, value in given.items():
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            if key not in CHECKS or not is_number or not 0 <= value < inf:
                raise self.wrong(f"weights.{key}", value, f"a share, 0 or more, of one of {', '.join(CHECKS)}")
        total = sum(given.values())
        if not total > 0:
            raise self.wrong("weights", given, "shares with a positive sum")
        return MappingProxyType({check: given.get(check, 0.0) / total for check in CHECKS})
