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

from gradecheck.arguments import sizes
from gradecheck.arguments.kinds import Kind, Sizes
from gradecheck.arguments.scope import Scope
from gradecheck.cases.case import Case, Shape
from gradecheck.packs.contract import ANY, Argument, Signature

Array = NDArray[Any]

TRIES: Final = 400
SHORT: Final = 2
"""Nearly every mistake shows on two rows of two; longer axes are tried only where it does not."""


def _simple(kind: Kind, lengths: Sizes, scope: Scope) -> tuple[float, ...]:
    return tuple(x for x in kind.simple if kind.asks(x, scope) and kind.fits(x, lengths))


def _elements(kind: Kind, value: Array, lengths: Sizes, scope: Scope) -> st.SearchStrategy[float]:
    """Simple numbers first, then the failing case's own: what fails there can always be drawn again."""
    own = dict.fromkeys(v for v in map(float, value.flat) if kind.fits(v, lengths) or kind.numbers == "real")
    return st.sampled_from([_number(kind, x) for x in (*_simple(kind, lengths, scope), *list(own)[:40])])


def _number(kind: Kind, x: float) -> float:
    return x if kind.numbers == "real" else int(x) if kind.numbers == "whole" else bool(x)


def _values(argument: Argument, own: Any, scope: Scope) -> list[Any]:
    """Of a Python number: simple ones, then its own."""
    return [*(scope.only(argument.kind.key) or argument.kind.simple), own if isinstance(own, int) else float(own)]


def _sizes(contract: Signature, case: Case, longest: int, scope: Scope) -> st.SearchStrategy[dict[str, Shape]]:
    """No axis longer than that, or than in the failing case; whole axes kept, so that a row stays a row.

    Where any shape will do, a single axis may hold what two rows hold.
    """
    own = _axes(contract, case.arguments)

    def up_to(name: str) -> st.SearchStrategy[Shape]:
        if name in numbers:
            return st.sampled_from([(n,) for n in numbers[name]])
        size = own[name]
        lengths = st.tuples(*(st.integers(min(1, n), min(n, longest)) for n in size))
        if name == ANY and size and scope.rows == "any":
            flat = st.integers(min(1, size[0]), min(int(np.prod(size)), 2 * longest, 4)).map(lambda n: (n,))
            return st.one_of(flat, lengths)
        return lengths

    pairs = zip(contract.arguments, case.arguments, strict=True)
    numbers = {a.name: _values(a, x, scope) for a, x in pairs if not a.is_array}
    drawn = st.fixed_dictionaries({name: up_to(name) for name in sizes.names(contract)})
    if not contract.sizes:
        return drawn
    return drawn.map(lambda lengths: sizes.met(contract, lengths) or {}).filter(bool)


@st.composite
def _smaller(draw: st.DrawFn, contract: Signature, case: Case, longest: int, scope: Scope) -> tuple[Any, ...]:
    """Arguments like the case's, element by element."""
    lengths = draw(_sizes(contract, case, longest, scope))
    arguments: list[Any] = []
    for argument, value in zip(contract.arguments, case.arguments, strict=True):
        if not argument.is_array:
            sized = lengths.get(argument.name)
            arguments.append(draw(st.sampled_from(_values(argument, value, scope))) if sized is None else sized[0])
            continue
        shape: Shape = sum((lengths[axis] for axis in argument.axes), ())
        if argument.kind.rows is not None:
            arguments.append(draw(_rows(argument.kind, shape, value.dtype, scope)))
        else:
            elements = _elements(argument.kind, value, lengths, scope)
            arguments.append(draw(hnp.arrays(value.dtype, shape, elements=elements, fill=st.nothing())))
    if contract.possible is not None and not _asked(contract, case, tuple(arguments)):
        arguments = list(contract.possible.simple(tuple(arguments)))
    return tuple(arguments)


def _asked(contract: Signature, case: Case, arguments: tuple[Any, ...]) -> bool:
    """Whether they are possible together; no case becomes otherwise that was not so from the start."""
    possible = contract.possible
    return possible is None or not possible.holds(*case.arguments) or possible.holds(*arguments)


def _rows(kind: Kind, shape: tuple[int, ...], dtype: np.dtype[Any], scope: Scope) -> st.SearchStrategy[Array]:
    """Simple rows of the kind."""
    assert kind.rows is not None
    count = shape[0] if len(shape) == 2 else 1
    row = st.one_of(*(st.sampled_from(group) for group in kind.rows(shape[-1], scope)))
    return st.tuples(*[row] * count).map(lambda drawn: np.array(drawn, dtype).reshape(shape))


def _axes(contract: Signature, arguments: tuple[Any, ...]) -> dict[str, Shape]:
    """The size of every axis of the contract, read off the arguments' shapes; () for an absent one."""
    found: dict[str, Shape] = {}
    for argument, x in zip(contract.arguments, arguments, strict=True):
        shape = np.shape(x)
        if argument.axes == (ANY,):
            found[ANY] = shape
            continue
        lengths: list[Shape] = [(n,) for n in shape]
        absent: list[Shape] = [()] * (len(argument.axes) - len(lengths))
        found.update(zip(argument.axes, absent + lengths, strict=True))
    return found


def _simplified(
    contract: Signature, arguments: tuple[Any, ...], fails: Callable[[tuple[Any, ...]], bool], scope: Scope
) -> Any:
    """The same with simple numbers for the failing case's own, where it still fails: Hypothesis tries few of them."""
    for i, argument in enumerate(contract.arguments):
        if not argument.is_array or argument.kind.rows is not None:
            continue
        numbers = _simple(argument.kind, _axes(contract, arguments), scope)
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


def shrink(contract: Signature, case: Case, fails: Callable[[Case], bool], scope: Scope) -> Case:
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
