"""Contract: what one function of the lecture promises, as one small frozen record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

Kind = Literal[
    "real", "features", "upstream", "probabilities", "targets", "class targets", "alpha", "lr", "mu", "steps"
]
"""What an argument holds, and so how inputs.py fills it. `class targets` go with logits: their rows sum to 1."""

Form = Callable[..., Any]
"""A formula in NumPy's words, so that it runs on ndarrays, Balls (rounding.py) and object arrays of
arbitrary-precision numbers (truth.py). Returns one array, or a tuple of several."""

ANY = "..."
"""Stands in a shape for any number of axes of any length."""


@dataclass(frozen=True)
class Argument:
    """One argument of a function: its name, what it holds, and its axes by name (none for a Python number).

    Axes with the same name in one contract have the same length. An axis whose name ends in "?" may be absent.
    default: what a call means that leaves the argument out; only the last arguments have one.
    """

    name: str
    kind: Kind
    axes: tuple[str, ...] = ()
    default: float | None = None

    @property
    def is_array(self) -> bool:
        return self.kind not in ("alpha", "lr", "mu", "steps")


@dataclass(frozen=True, eq=False)  # a contract is equal to itself alone: so it can be a key
class Contract:
    """One function of the lecture, with everything that holding an implementation against its twin needs.

    name: of the function, on every floor.          chapter: the file that it stands in, on every floor.
    formula: as on the slide, in plain text.        latex: the same for a typesetter.
    arguments, results: in order; results by name.
    stable: the best-behaved form. Its ball is the tolerance.
    literal: the slide's own form. Its ball is what the slide's own words achieve; it also gives the truth.
    roundabout: other right forms that lose digits where the stable one does not.
    branches: conditions on the arguments that a check must have met at least once to have checked anything.
    unobserved: by result, conditions on the arguments under which nobody ever looks at it: there it is not judged.
    slide: where the formula stands in the lecture.  twin: what the torch side runs.
    pack: the module of the pack that it is a row of, which the pack itself writes.
    """

    name: str
    chapter: str
    formula: str
    latex: str
    arguments: tuple[Argument, ...]
    results: tuple[str, ...]
    stable: Form
    literal: Form
    slide: str
    twin: str
    roundabout: tuple[Form, ...] = ()
    branches: Mapping[str, Callable[..., Any]] = field(default_factory=lambda: MappingProxyType({}))
    unobserved: Mapping[str, Callable[..., Any]] = field(default_factory=lambda: MappingProxyType({}))
    pack: str = ""

    def given(self, arguments: Sequence[Any]) -> tuple[Any, ...]:
        """The arguments of a call that leaves out what is its default anyway."""
        count = len(arguments)
        while count and self.arguments[count - 1].default is not None:
            if arguments[count - 1] != self.arguments[count - 1].default:
                break
            count -= 1
        return tuple(arguments[:count])

    def complete(self, arguments: Sequence[Any]) -> tuple[Any, ...]:
        """The arguments of a call with the defaults of those that it leaves out."""
        return (*arguments, *(argument.default for argument in self.arguments[len(arguments) :]))

    @property
    def subject(self) -> str:
        """The formula that this function belongs to: sigmoid_backward is about sigmoid."""
        return self.name.removesuffix("_backward")

    @property
    def direction(self) -> Literal["forward", "backward"]:
        return "backward" if self.name.endswith("_backward") else "forward"
