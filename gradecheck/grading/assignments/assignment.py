"""An assignment: which functions are asked, for how many points, under which limits. Read from a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from gradecheck.contract import Contract
from gradecheck.contracts import CONTRACTS
from gradecheck.grading.adapter import Adapter
from gradecheck.grading.marks import CheckName
from gradecheck.scope import SUBMISSION, Scope

BUILT_IN: Final = Path(__file__).parent
WEIGHTS: Final[Mapping[CheckName, float]] = MappingProxyType(
    {"correctness": 0.6, "edges": 0.15, "stability": 0.15, "hygiene": 0.1}
)


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
    adapted: an adapter defines it, and its name says what people call that: "Linear.forward".
    """

    contract: Contract
    name: str
    points: float
    also: tuple[str, ...] = ()
    scope: Scope = SUBMISSION
    allowed: Allowed = Allowed()
    adapted: bool = False

    @property
    def called(self) -> str:
        """The name of the function that is called: the submission's, or the adapter's."""
        return self.contract.name if self.adapted else self.name


@dataclass(frozen=True)
class Text:
    """A file beside that of the assignment, by its name, and what stands in it."""

    file: str
    text: str


@dataclass(frozen=True)
class Assignment:
    """What is asked and how it is marked.

    cases: calls of each function, shared by both precisions.   weights: of the four checks; they sum to 1.
    seconds, memory_mib, output_mib: limits of one question.
    most_seconds: limit of one question whose function keeps answering, 4 times `seconds` where it is None.
    feedback: "public" shows students the failing input; "hidden" only what was found.
    packages: the marker's own packages that the jail shows.    allowed_imports: None allows whatever the jail has.
    file: the one to mark in a folder of several.
    adapter: calls the submission's functions by the course's conventions.
    model: with an adapter, an answer that has to get all points.    starter: what students fill in.
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
    adapter: Adapter | None = None
    model: Text | None = None
    starter: Text | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """To another process without the contracts, whose conditions do not travel: they are there already."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        asked = [(q.contract.name, *(getattr(q, f.name) for f in fields(q)[1:])) for q in self.questions]
        return _arrived, ({**plain, "questions": asked, "weights": dict(self.weights)},)

    @property
    def names(self) -> frozenset[str]:
        """Every name that a function may have that is asked."""
        if self.adapter is not None:
            return self.adapter.takes
        return frozenset(name for question in self.questions for name in (question.name, *question.also))

    @property
    def beside(self) -> tuple[Text | Adapter, ...]:
        """The files that belong to the assignment's own."""
        return tuple(text for text in (self.adapter, self.model, self.starter) if text is not None)

    @property
    def max_score(self) -> float:
        return sum(question.points for question in self.questions)


def _arrived(plain: dict[str, Any]) -> Assignment:
    asked = tuple(Question(CONTRACTS[function], *others) for function, *others in plain["questions"])
    return Assignment(**{**plain, "questions": asked, "weights": MappingProxyType(plain["weights"])})


def load(source: str, said: Mapping[str, Any] = MappingProxyType({})) -> Assignment:
    """The assignment of that name, or in that TOML file, with the inputs narrowed further by what is said.

    said: of the inputs, by the keys of a TOML file; it counts more than what the file says.
    Raises ValueError, naming the file, the key and what it should be, for anything that is not as it should be.
    """
    from gradecheck.grading.assignments.reading import read  # which makes an Assignment

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
    return read(path, table, said)
