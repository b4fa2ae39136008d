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
"""A formula in NumPy: it runs on ndarrays, on Balls (rounding.py) and on object arrays of arbitrary-precision numbers
(truth.py). Returns one array, or a tuple of several."""

Conditions = Mapping[str, Callable[..., Any]]
NONE: Conditions = MappingProxyType({})


@dataclass(frozen=True)
class Argument:
    """One argument of a function: its name, what it holds, and its axes by name (none for a Python number).

    Axes with the same name in one contract have the same length. An axis whose name ends in "?" may be absent.
    The axis n counts the rows: only it may have length 0.
    default: its value in a call that leaves it out; only the last arguments have one.
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
    """How a formula is plotted over one number x: what x is, its range, and the arguments for each x.

    upstream: the gradient from above, if the function takes one. The first element of each result is plotted.
    """

    of: str
    low: float
    high: float
    arguments: Callable[[float], tuple[Any, ...]]
    upstream: tuple[float, ...] | None = None


@dataclass(frozen=True)
class History:
    """A result with one number for each step of a training, taken before the step.    one: the name of a number."""

    result: str
    one: str


@dataclass(frozen=True, eq=False, kw_only=True)  # equal to itself alone, so that it can be a key
class Signature:
    """What a function is called with: all that is needed to draw its inputs, and to make them small.

    name: of the function.    arguments: in order.
    branches: conditions on the arguments; a verification has to meet each at least once.
    possible: a condition that the arguments have to meet together; None for none.
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
    """One function of the lecture, with all that is needed to hold an implementation against its twin.

    name: of the function in NumPy and of its twin.    chapter: the file of both.
    formula: as on the slide, in plain text.        latex: the same for a typesetter.
    results: by name, in order.
    stable: the most accurate form. Its ball is the tolerance; without one, the twin's own trace gives it.
    literal: the slide's own form. Its ball is the accuracy of the slide's form; in high precision it gives the truth.
    roundabout: other right forms that lose digits where the stable one does not.
    unobserved: by result, conditions on the arguments under which its value is never used, and not judged.
    slide: where the formula stands in the lecture.  twin: what the torch side runs.
    gradient_of: the contract whose gradient this is.
    returns: words for students after the names of the results: ", a number".
    note: a sentence for students.    holds: one that holds for several functions, and is said once for all.
    sketch: how the formula is plotted.    history: the result that has a number for every step.
    pack: the module of its pack; the pack itself fills it in.
    """

    chapter: str
    formula: str
    latex: str
    results: tuple[str, ...]
    slide: str
    twin: str
    stable: Form | None = None
    literal: Form | None = None
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
        """The arguments of a call without those at the end that equal their defaults."""
        count = len(arguments)
        while count and self.arguments[count - 1].default is not None:
            if arguments[count - 1] != self.arguments[count - 1].default:
                break
            count -= 1
        return tuple(arguments[:count])

    def complete(self, arguments: Sequence[Any]) -> tuple[Any, ...]:
        """The arguments of a call, completed with defaults."""
        return (*arguments, *(argument.default for argument in self.arguments[len(arguments) :]))

    @property
    def exact(self) -> Form | None:
        """The form that gives the truth in any precision; None where the twin alone can say it, in float64."""
        return self.literal or self.stable

    @property
    def subject(self) -> str:
        """The formula of this function: that of a gradient is the function that it is the gradient of."""
        return self.name if self.gradient_of is None else self.gradient_of.name

    @property
    def direction(self) -> Literal["forward", "backward"]:
        return "forward" if self.gradient_of is None else "backward"


def gradient_of(forward: Contract, *, upstream: Argument | None = None, **said: Any) -> Contract:
    """The row of a function's gradient. Fields that are not given are those of the function.

    upstream: the gradient from above, which comes first; None where the function returns a number, such as a loss.
    said: fields of a Contract; results, formula and latex have to be given.
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
