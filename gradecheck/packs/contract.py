"""Contract: what one function of the lecture promises, as one small frozen record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from gradecheck.arguments.kinds import Kind
from gradecheck.arguments.sizes import ANY, check

if TYPE_CHECKING:
    from gradecheck.arguments.possible import Possible

__all__ = ["ANY", "Argument", "Contract", "Form", "History", "Signature", "Sketch", "gradient_of"]

Form = Callable[..., Any]
"""A formula in NumPy's words, so that it runs on ndarrays, Balls (rounding.py) and object arrays of
arbitrary-precision numbers (truth.py). Returns one array, or a tuple of several."""

Conditions = Mapping[str, Callable[..., Any]]
NONE: Conditions = MappingProxyType({})


@dataclass(frozen=True)
class Argument:
    """One argument of a function: its name, what it holds, and its axes by name (none for a Python number).

    Axes with the same name in one contract have the same length. An axis whose name ends in "?" may be absent.
    The axis n counts the rows: only it may have length 0.
    default: what a call means that leaves the argument out; only the last arguments have one.
    called: other names that students give it, in place of those of its kind.
    """

    name: str
    kind: Kind
    axes: tuple[str, ...] = ()
    default: float | None = None
    called: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.kind, Kind):
            msg = f"argument {self.name}: its kind is {self.kind!r}, but should be a Kind, such as kinds.real"
            raise TypeError(msg)
        if self.axes and not self.kind.is_array:
            msg = f"argument {self.name}: it has axes, but {self.kind.name} is one Python number; leave the axes out"
            raise ValueError(msg)

    @property
    def is_array(self) -> bool:
        return self.kind.is_array


@dataclass(frozen=True)
class Sketch:
    """How a formula of one number x is drawn: what x is, from where to where, and the arguments that it stands for.

    upstream: what the gradient gets before these arguments, if it gets any. The first elements are drawn.
    """

    of: str
    low: float
    high: float
    arguments: Callable[[float], tuple[Any, ...]]
    upstream: tuple[float, ...] | None = None


@dataclass(frozen=True)
class History:
    """A result that has one number for each step of a training, told before the step.    one: such a number."""

    result: str
    one: str


@dataclass(frozen=True, eq=False, kw_only=True)  # equal to itself alone: so it can be a key
class Signature:
    """What a function is called with: all that drawing its inputs, and making them small, needs.

    name: of the function.    arguments: in order.
    branches: conditions on the arguments that a check must have met at least once to have checked anything.
    possible: what the arguments have to be together; None where each may be anything that its kind may be.
    sizes: rules by which the lengths of axes, and whole numbers, depend on each other (sizes.py).
    """

    name: str
    arguments: tuple[Argument, ...]
    branches: Conditions = field(default_factory=lambda: NONE)
    possible: Possible | None = None
    sizes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError, naming the function, for sizes that cannot be met."""
        check(self)


@dataclass(frozen=True, eq=False, kw_only=True)
class Contract(Signature):
    """One function of the lecture, with everything that holding an implementation against its twin needs.

    name: on every floor.                           chapter: the file that it stands in, on every floor.
    formula: as on the slide, in plain text.        latex: the same for a typesetter.
    results: by name, in order.
    stable: the best-behaved form. Its ball is the tolerance.
    literal: the slide's own form. Its ball is what the slide's own words achieve; it also gives the truth.
    roundabout: other right forms that lose digits where the stable one does not.
    unobserved: by result, conditions on the arguments under which nobody ever looks at it: there it is not judged.
    slide: where the formula stands in the lecture.  twin: what the torch side runs.
    gradient_of: the contract whose gradient this is.
    returns: what is said to students of the results after their names: ", a number".
    note: what else is said of this function.    holds: what holds for it and others, and is said once for all.
    sketch: how the formula is drawn.    history: the result that tells of every step.
    pack: the module of the pack that it is a row of, which the pack itself writes.
    """

    chapter: str
    formula: str
    latex: str
    results: tuple[str, ...]
    stable: Form
    literal: Form
    slide: str
    twin: str
    roundabout: tuple[Form, ...] = ()
    unobserved: Conditions = field(default_factory=lambda: NONE)
    gradient_of: Contract | None = None
    returns: str = ""
    note: str = ""
    holds: tuple[str, ...] = ()
    sketch: Sketch | None = None
    history: History | None = None
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
        """The formula that this function belongs to: a gradient is about the function whose gradient it is."""
        return self.name if self.gradient_of is None else self.gradient_of.name

    @property
    def direction(self) -> Literal["forward", "backward"]:
        return "forward" if self.gradient_of is None else "backward"


def gradient_of(forward: Contract, *, upstream: Argument | None = None, **said: Any) -> Contract:
    """The row of the gradient of a function: what is not said here is as it is for the function.

    upstream: the gradient from above, which comes first; none for a number such as a loss.
    said: by the names of a Contract's fields; results, formula, latex, stable and literal have to be.
    """
    grad = () if upstream is None else (upstream,)

    def of_the_rest(condition: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments: condition(*arguments[len(grad) :])

    derived = {
        "name": f"{forward.name}_backward",
        "chapter": forward.chapter,
        "arguments": grad + forward.arguments,
        "slide": forward.slide,
        "twin": f"{forward.twin}, autograd",
        "branches": {text: of_the_rest(condition) for text, condition in forward.branches.items()},
        "gradient_of": forward,
        "possible": None if grad else forward.possible,
        "sizes": forward.sizes,
        "holds": forward.holds,
    }
    return Contract(**{**derived, **said})
