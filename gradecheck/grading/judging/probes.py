"""The other calls that a wrong function may be right for: its arguments in another order or another form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any, Final, Literal

import numpy as np

from gradecheck.grading.bank.store import BankedQuestion
from gradecheck.grading.judging.slips import FACTOR_TOO_MANY, factor_named
from gradecheck.numbers.signs import FACTORS, Factor
from gradecheck.packs.contract import Contract
from gradecheck.packs.mistakes.mistake import Mistake

MOST_ARGUMENTS: Final = 4
"""Up to so many arguments are tried in every order; of more, two change places or one is moved."""

Arguments = tuple[Any, ...]


@dataclass(frozen=True)
class Probe:
    """A function that takes other arguments than ours. The mistakes name how they differ.

    given: its arguments for ours; None where there are none.
    back: what it returned, and our arguments, as the result for ours.
    likely: why all cases are tried though no value is right: the student's own names tell it, or only now the shapes
    are right.
    """

    mistakes: tuple[Mistake, ...]
    given: Callable[[Arguments], Arguments | None]
    back: Callable[[Any, Arguments], Any]
    likely: Literal["", "by names", "by shapes"] = ""


def probes(name: str, banked: BankedQuestion, told: tuple[int, ...] | None, known: bool) -> Iterator[Probe]:
    """Every probe of a function.

    told: the order of the arguments by the student's names.   known: every failure has a name, so only `told` is tried.
    """
    contract = banked.contract
    arrays = [argument.axes for argument in contract.arguments if argument.is_array]
    rows = [axes for axes in arrays if _by_rows(axes)]
    columns = [_as_columns(banked, vectors) for vectors in (False, True)] if 0 < len(rows) < len(arrays) else []
    if told is not None:
        order = _in_order(name, contract, told)
        yield replace(order, likely="by names")
        yield from (_both(order, one) for one in columns)
    if known:
        return
    yield from (_in_order(name, contract, order) for order in _orders(len(contract.arguments)) if order != told)
    yield from columns
    for position, argument in enumerate(contract.arguments):
        if argument.kind.key == "targets":
            yield from _class_numbers(contract, position)


def _both(order: Probe, form: Probe) -> Probe:
    """Arguments in another form and another order."""

    def given(asked: Arguments) -> Arguments | None:
        changed = form.given(asked)
        return None if changed is None else order.given(changed)

    return Probe((*order.mistakes, *form.mistakes), given, form.back, form.likely)


def _taken_out(factor: Factor) -> Callable[[Any, Arguments], Any]:
    def back(value: Any, asked: Arguments) -> Any:
        return np.divide(value, factor(asked)) if isinstance(value, np.ndarray | np.floating | float) else value

    return back


def _orders(count: int) -> list[tuple[int, ...]]:
    plain = tuple(range(count))
    if count <= MOST_ARGUMENTS:
        return [order for order in permutations(plain) if order != plain]
    found = []
    for i in plain:
        for j in plain:
            moved = [k for k in plain if k != i]
            moved.insert(j, i)
            swapped = list(plain)
            swapped[i], swapped[j] = j, i
            found += [tuple(swapped), tuple(moved)]
    return [order for order in dict.fromkeys(found) if order != plain]


def _in_order(name: str, contract: Contract, order: tuple[int, ...]) -> Probe:
    names = [argument.name for argument in contract.arguments]
    own = [names[i] for i in order]
    first = next(i for i, argument in enumerate(order) if argument != i)
    what = (
        f"{name} takes {own[first]} before {names[first]}: its arguments come in the order {', '.join(own)}, "
        f"but should come in the order {', '.join(names)}."
    )
    look = f"Write def {name}({', '.join(names)}), and give the arguments in this order where it is called."
    return Probe(
        (_mistake(contract, "arguments-in-another-order", what, look),),
        lambda arguments: tuple(arguments[i] for i in order),
        lambda value, asked: value,
    )


def _by_rows(axes: tuple[str, ...]) -> bool:
    return len(axes) == 2 and axes[0] in ("n", "n?")


def _as_columns(banked: BankedQuestion, vectors: bool) -> Probe:
    """Samples are columns. vectors: a vector such as b is a column, too."""
    arguments, by_rows = banked.contract.arguments, _results_by_rows(banked)
    rows = [_by_rows(argument.axes) for argument in arguments]

    def given(asked: Arguments) -> Arguments | None:
        if any(np.ndim(x) != 2 for x, turned in zip(asked, rows, strict=True) if turned):
            return None
        return tuple(
            np.ascontiguousarray(x.T) if turned else x.reshape(-1, 1) if vectors and np.ndim(x) == 1 else x
            for x, turned in zip(asked, rows, strict=True)
        )

    def back(value: Any, asked: Arguments) -> Any:
        several = len(by_rows) > 1
        if several and not (isinstance(value, tuple | list) and len(value) == len(by_rows)):
            return value
        found = [
            np.transpose(x) if turned and np.ndim(x) == 2 else np.reshape(x, -1) if len(axes) == 1 else x
            for x, turned, axes in zip(value if several else [value], by_rows, banked.shapes[0], strict=True)
        ]
        return tuple(found) if several else found[0]

    names = [argument.name for argument, turned in zip(arguments, rows, strict=True) if turned]
    what = (
        f"Samples are taken to be columns; here they are rows: {' and '.join(names)} "
        f"{'has' if len(names) == 1 else 'have'} one row for each sample."
    )
    look = f"Compare the shapes in {banked.contract.formula} with yours: the first axis counts the samples."
    return Probe((_mistake(banked.contract, "columns-for-rows", what, look),), given, back, "by shapes")


def _results_by_rows(banked: BankedQuestion) -> list[bool]:
    """For each result, whether its first axis counts the samples."""
    counts = [next((size for axis, size in r.sizes if axis in ("n", "n?")), ()) for r in banked.recipes]
    return [
        all(shapes[i][:1] == n and len(shapes[i]) == 2 for shapes, n in zip(banked.shapes, counts, strict=True) if n)
        for i in range(len(banked.contract.results))
    ]


def _class_numbers(contract: Contract, position: int) -> Iterator[Probe]:
    """Class numbers in place of rows of targets, where these are one-hot: alone, and with a factor too many.

    Soft targets have no class numbers. A formula with the factor could not answer them, so the factor is taken out.
    """
    own_axes = contract.arguments[position].axes
    t, shape = contract.arguments[position].name, f"shape ({', '.join(axis.removesuffix('?') for axis in own_axes)})"
    alike = (a.name for a in contract.arguments if a.name != t and a.axes == own_axes)
    form = next((f"the shape of {name}" for name in alike), shape)

    def given(arguments: Arguments) -> Arguments | None:
        targets = arguments[position]
        if np.ndim(targets) != 2 or not ((targets == 1).sum(axis=-1) == 1).all() or not np.isin(targets, (0, 1)).all():
            return None
        changed = list(arguments)
        changed[position] = targets.argmax(axis=-1)
        return tuple(changed)

    what = (
        f"{t} is taken for class numbers, one for each row; here it has {form}, with a share for each "
        f"class: one-hot, or soft."
    )
    look = f"Multiply by {t} and sum over the classes: that is right for one-hot and for soft targets, with no index."
    own = _mistake(contract, "class-numbers", what, look)
    yield Probe((own,), given, lambda value, asked: value)
    for sign, factor in FACTORS.items():
        if sign in FACTOR_TOO_MANY:
            yield Probe((own, factor_named(contract, sign)), given, _taken_out(factor))


def _mistake(contract: Contract, what_it_is: str, what: str, look: str) -> Mistake:
    return Mistake(f"{contract.name}/{what_it_is}", contract.name, lambda *arguments: None, what, look)
