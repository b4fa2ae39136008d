"""An assignment: which functions are asked, for how many points, under which limits. Read from a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from gradecheck.contract import Contract
from gradecheck.contracts import CONTRACTS
from gradecheck.grading.marks import CHECKS, CheckName

BUILT_IN: Final = Path(__file__).parent / "assignments"
WEIGHTS: Final[Mapping[CheckName, float]] = MappingProxyType(
    {"correctness": 0.6, "edges": 0.15, "stability": 0.15, "hygiene": 0.1}
)


@dataclass(frozen=True)
class Question:
    """One function of the lecture. name: what it is called in this assignment."""

    contract: Contract
    name: str
    points: float


@dataclass(frozen=True)
class Assignment:
    """What is asked and how it is marked.

    cases: calls of each function, shared by both precisions.   weights: of the four checks; they sum to 1.
    seconds, memory_mib, output_mib: limits of one question.
    feedback: "public" shows students the failing input; "hidden" only what was found.
    allowed_imports: None allows whatever the jail has.         file: the one to mark in a folder of several.
    """

    name: str
    title: str
    questions: tuple[Question, ...]
    seed: int = 0
    cases: int = 120
    weights: Mapping[CheckName, float] = field(default_factory=lambda: WEIGHTS)
    seconds: float = 5.0
    memory_mib: int = 1024
    output_mib: int = 32
    feedback: Literal["public", "hidden"] = "public"
    allowed_imports: tuple[str, ...] | None = None
    file: str | None = None

    @property
    def max_score(self) -> float:
        return sum(question.points for question in self.questions)


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

    def positive(self, table: dict[str, Any], key: str, default: float) -> Any:
        value = self.take(table, key, (int, float), "a positive number", default)
        if not value > 0:
            raise self.wrong(key, value, "a positive number")
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
            cases=int(self.positive(table, "cases", 120)),
            weights=self.weights(table),
            seconds=float(self.positive(limits, "seconds", 5.0)),
            memory_mib=int(self.positive(limits, "memory_mib", 1024)),
            output_mib=int(self.positive(limits, "output_mib", 32)),
            feedback="hidden" if feedback == "hidden" else "public",
            allowed_imports=None if imports is None else tuple(imports),
            file=table.pop("file", None),
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
        if function not in CONTRACTS:
            near = get_close_matches(str(function), CONTRACTS) or list(CONTRACTS)
            raise self.wrong("question.function", function, f"one of {', '.join(near)}")
        name = self.take(table, "name", str, "a function's name", function)
        if not name.isidentifier():
            raise self.wrong("question.name", name, "a function's name")
        points = float(self.positive(table, "points", 1.0))
        for key in table:
            raise self.wrong(f"question.{key}", table[key], "left out: there is no such key")
        return Question(CONTRACTS[function], name, points)

    def weights(self, table: dict[str, Any]) -> Mapping[CheckName, float]:
        given = self.take(table, "weights", dict, "a table", dict(WEIGHTS))
        for key, value in given.items():
            if key not in CHECKS or not isinstance(value, int | float) or value < 0:
                raise self.wrong(f"weights.{key}", value, f"a share of one of {', '.join(CHECKS)}")
        total = sum(given.values())
        if not total > 0:
            raise self.wrong("weights", given, "shares with a positive sum")
        return MappingProxyType({check: given.get(check, 0.0) / total for check in CHECKS})
