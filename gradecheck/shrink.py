"""The smallest case that still fails: Hypothesis shrinks the elements, with the implementation in the loop.

It never leaves the scope that the failing case was drawn from.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from gradecheck.contract import ANY, Argument, Contract
from gradecheck.records import Case
from gradecheck.regimes import asks
from gradecheck.scope import Scope

Array = NDArray[Any]

SIMPLE: Final = (0.0, 1.0, 2.0, -1.0, -2.0, 3.0, 0.5, -0.5, 10.0, -10.0, 100.0, -100.0, 1000.0, -1000.0)
SHARES: Final = (1.0, 0.0, 0.5, 0.25, 0.75)
TARGETS: Final = ("targets", "class targets")
SCALARS: Final = {
    "alpha": (0.01, 0.5, 0.0, 1.0),
    "lr": (1.0, 0.5, 0.1, 0.01),
    "mu": (0.0, 0.5, 0.9),
    "steps": (1, 2, 3, 4, 5),
}
TRIES: Final = 400
SHORT: Final = 2
"""Nearly every mistake shows on two rows of two; longer axes are tried only where it does not."""


def _simple(argument: Argument, scope: Scope) -> tuple[float, ...]:
    simple = SHARES if argument.kind == "probabilities" else SIMPLE
    return tuple(x for x in simple if asks(scope, argument.kind, x))


def _elements(argument: Argument, value: Array, scope: Scope) -> st.SearchStrategy[float]:
    """Simple numbers first, then the failing case's own: what fails there can always be drawn again."""
    own = dict.fromkeys(float(v) for v in value.flat)
    return st.sampled_from([*_simple(argument, scope), *list(own)[:40]])


def _sizes(
    axes: dict[str, tuple[int, ...]], longest: int, scope: Scope
) -> st.SearchStrategy[dict[str, tuple[int, ...]]]:
    """No axis longer than that, or than in the failing case; whole axes kept, so that a row stays a row.

    Where any shape will do, a single axis may hold what two rows hold.
    """

    def up_to(axis: str, size: tuple[int, ...]) -> st.SearchStrategy[tuple[int, ...]]:
        lengths = st.tuples(*(st.integers(min(1, n), min(n, longest)) for n in size))
        if axis == ANY and size and scope.rows == "any":
            flat = st.integers(min(1, size[0]), min(int(np.prod(size)), 2 * longest, 4)).map(lambda n: (n,))
            return st.one_of(flat, lengths)
        return lengths

    return st.fixed_dictionaries({axis: up_to(axis, size) for axis, size in sorted(axes.items())})


@st.composite
def _smaller(draw: st.DrawFn, contract: Contract, case: Case, longest: int, scope: Scope) -> tuple[Any, ...]:
    """Arguments like the case's, element by element."""
    shapes = {a.name: np.shape(x) for a, x in zip(contract.arguments, case.arguments, strict=True)}
    sizes = draw(_sizes(_axes(contract, shapes), longest, scope))
    arguments: list[Any] = []
    for argument, value in zip(contract.arguments, case.arguments, strict=True):
        if not argument.is_array:
            own = value if isinstance(value, int) else float(value)
            arguments.append(draw(st.sampled_from([*(scope.only(argument.kind) or SCALARS[argument.kind]), own])))
            continue
        shape: tuple[int, ...] = sum((sizes[axis] for axis in argument.axes), ())
        if argument.kind in TARGETS:
            arguments.append(draw(_targets(shape, value.dtype, scope)))
        else:
            elements = _elements(argument, value, scope)
            arguments.append(draw(hnp.arrays(value.dtype, shape, elements=elements, fill=st.nothing())))
    if not _asked(contract, case, tuple(arguments)):
        p, t = arguments
        arguments = [np.where((p == 0) & (t > 0), p.dtype.type(0.5), p), t]
    return tuple(arguments)


def _asked(contract: Contract, case: Case, arguments: tuple[Any, ...]) -> bool:
    """Where p = 0 and t > 0 the loss is inf, which no case becomes that was not so from the start."""

    def infinite(p: Array, t: Array) -> bool:
        return bool(((p == 0) & (t > 0)).any())

    return contract.arguments[0].kind != "probabilities" or infinite(*case.arguments) or not infinite(*arguments)


def _targets(shape: tuple[int, ...], dtype: np.dtype[Any], scope: Scope) -> st.SearchStrategy[Array]:
    """Rows that sum to 1: one class before two with half each."""
    rows, k = (shape[0] if len(shape) == 2 else 1), shape[-1]
    one_class = st.integers(0, k - 1).map(lambda i: np.eye(k)[i])
    halves = st.just(np.array([0.5, 0.5] + [0.0] * (k - 2)))
    if k == 1 or scope.targets == "one-hot":
        row = one_class
    else:
        row = halves if scope.targets == "soft" else st.one_of(one_class, halves)
    return st.tuples(*[row] * rows).map(lambda drawn: np.array(drawn, dtype).reshape(shape))


def _axes(contract: Contract, shapes: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """The size of every axis of the contract, read off the arguments' shapes; () for an absent one."""
    found: dict[str, tuple[int, ...]] = {}
    for argument in contract.arguments:
        shape = shapes[argument.name]
        if argument.axes == (ANY,):
            found[ANY] = shape
            continue
        lengths: list[tuple[int, ...]] = [(n,) for n in shape]
        absent: list[tuple[int, ...]] = [()] * (len(argument.axes) - len(lengths))
        found.update(zip(argument.axes, absent + lengths, strict=True))
    return found


def _simplified(
    contract: Contract, arguments: tuple[Any, ...], fails: Callable[[tuple[Any, ...]], bool], scope: Scope
) -> Any:
    """The same with simple numbers for the failing case's own, where it still fails: Hypothesis tries few of them."""
    for i, argument in enumerate(contract.arguments):
        if not argument.is_array or argument.kind in TARGETS:
            continue
        numbers = _simple(argument, scope)
        for place in np.ndindex(arguments[i].shape):
            for simple in numbers:
                if arguments[i][place] in numbers:
                    break
                other = arguments[i].copy()
                other[place] = simple
                changed = (*arguments[:i], other, *arguments[i + 1 :])
                if fails(changed):
                    arguments = changed
    return arguments


def shrink(contract: Contract, case: Case, fails: Callable[[Case], bool], scope: Scope) -> Case:
    """The smallest case found that still fails; the case itself where none was found."""

    def attempt(arguments: tuple[Any, ...]) -> bool:
        return _asked(contract, case, arguments) and fails(Case(contract.name, case.check, arguments))

    seed = case.recipe.seed if case.recipe else 0
    quick = settings(
        max_examples=TRIES,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    for longest in (SHORT, max(n for x in case.arguments for n in (0, *np.shape(x)))):
        try:
            smaller = _smaller(contract, case, longest, scope)
            arguments = find(smaller, attempt, settings=quick, random=random.Random(seed))
        except HypothesisException:  # none fails
            continue
        return Case(contract.name, case.check, _simplified(contract, arguments, attempt, scope))
    return case
