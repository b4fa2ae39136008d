"""An assignment: which functions are asked, for how many points, under which limits. Read from a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from gradecheck.arguments.scope import SUBMISSION, Scope
from gradecheck.grading.assignments.handing_in import HandingIn
from gradecheck.grading.marks import CheckName, Hint
from gradecheck.packs import registry
from gradecheck.packs.contract import Contract
from gradecheck.packs.pack import Pack, PackError

if TYPE_CHECKING:
    from gradecheck.grading.adapter import Adapter

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
    """One function of the lecture. name: in this assignment.

    also: other names, under which it is looked for if the submission lacks that name.
    scope: the inputs that are asked.    allowed: what costs nothing.
    adapted: an adapter defines it, and its name is for people: "Linear.forward".
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
    """A file beside that of the assignment: its name and its text."""

    file: str
    text: str


@dataclass(frozen=True)
class Assignment:
    """What is asked and how it is marked.

    cases: calls of each function, shared by both precisions.   weights: of the four checks; they sum to 1.
    seconds, memory_mib, output_mib: limits of one question.
    most_seconds: limit of one question whose function keeps answering, 4 times `seconds` where it is None.
    feedback: "public" shows students the failing input; "hidden" only what was found.
    diagnosis_seconds: of a submission, for the search for what makes its wrong functions right; 0 for no search.
    hint: how much of that students are told.
    packages: installed packages that the jail shows.    allowed_imports: None allows all that the jail has.
    file: the name of the one to mark among several.
    adapter: calls the submission's functions by the course's conventions.
    people: attempts, the deadline, lateness, groups.
    model: with an adapter, an answer that has to get all points.    starter: the file that students fill in.
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
    diagnosis_seconds: float = 2.0
    hint: Hint = "kind"
    packages: tuple[str, ...] = ()
    allowed_imports: tuple[str, ...] | None = None
    file: str | None = None
    adapter: Adapter | None = None
    model: Text | None = None
    starter: Text | None = None
    people: HandingIn = field(default_factory=HandingIn)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled with the weights as a plain dict: a read-only one cannot be pickled."""
        return _arrived, ({f.name: getattr(self, f.name) for f in fields(self)} | {"weights": dict(self.weights)},)

    @property
    def packs(self) -> tuple[Pack, ...]:
        """The packs whose functions are asked."""
        return tuple(dict.fromkeys(registry.of(question.contract) for question in self.questions))

    @property
    def names(self) -> frozenset[str]:
        """Every name that a function of the assignment may have."""
        if self.adapter is not None:
            return self.adapter.takes
        return frozenset(name for question in self.questions for name in (question.name, *question.also))

    @property
    def beside(self) -> tuple[Text | Adapter, ...]:
        """The files that the assignment names."""
        return tuple(text for text in (self.adapter, self.model, self.starter) if text is not None)

    @property
    def max_score(self) -> float:
        return sum(question.points for question in self.questions)


def _arrived(plain: dict[str, Any]) -> Assignment:
    return Assignment(**{**plain, "weights": MappingProxyType(plain["weights"])})


# -- reading


@dataclass(frozen=True)
class Written:
    """The text of an assignment.

    file: its name.    folder: where it is; paths in it are relative to that.
    pack: the address of the pack that it comes with; "" where it comes with none.
    beside: the files that it names, by name, if they are not to be read from the folder.
    """

    text: str
    file: str
    folder: str = ""
    pack: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def table(self) -> dict[str, Any]:
        """What it says. Raises ValueError for what is no TOML."""
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            msg = f"assignment: {self.file} is no TOML ({error}), but should be; see examples/assignment.toml"
            raise ValueError(msg) from error


def find(source: str) -> Written:
    """The text of a TOML file; of a pack's default assignment, by the pack's name; or of another one, by PACK/NAME.

    Raises ValueError where there is none.
    """
    name, _, wanted = source.partition("/")
    path, pack = Path(source), ""
    if name in registry.installed() and not path.is_file():
        own = registry.find(name)
        path, pack = own.folder / _chosen(own, wanted), own.address
    try:
        return Written(path.read_text(encoding="utf-8"), path.name, str(path.resolve().parent), pack)
    except (OSError, UnicodeDecodeError) as error:
        names = ", ".join(registry.installed())
        msg = f"assignment: {source} is no file that can be read, but should be one, or one of: {names}"
        raise ValueError(msg) from error


def _chosen(pack: Pack, wanted: str) -> str:
    names = [Path(file).stem for file in pack.assignments]
    if not names or (wanted and wanted not in names):
        should = f"one of its own: {', '.join(names)}" if names else "a TOML file, for the pack has none"
        raise PackError(f"assignment: {wanted or 'it'} is not in pack {pack.name}, but should be {should}")
    return pack.assignments[names.index(wanted) if wanted else 0]


def pack_of(written: Written) -> Pack:
    """The pack whose functions, and those of the packs below it, it asks. Raises ValueError where there is none."""
    said = written.table.get("pack")
    return registry.find(str(said) if said else written.pack or None, Path(written.folder))


def parse(written: Written, said: Mapping[str, Any] = MappingProxyType({})) -> Assignment:
    """The assignment in that text.

    said: narrows the inputs further, by the keys of a TOML file; it counts more than the file.
    Raises ValueError for a wrong key or value, naming the file, the key and what it should be.
    """
    from gradecheck.grading.assignments.reading import read  # which makes an Assignment

    return read(written, said)


def load(source: str, said: Mapping[str, Any] = MappingProxyType({})) -> Assignment:
    """`find` and `parse` in one."""
    return parse(find(source), said)
