"""Where wrong answers are, if they are all in one place: "only where x < 0", "only for n = 1".

A place holds for all cases, and is named only if wrong answers are hardly there by chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.judging import calls
from gradecheck.grading.judging.judged import BAD, UNSTABLE, WRONG, Judged
from gradecheck.numbers.compare import errors

CHANCE: Final = 1e-3
"""A place is named if wrong answers at random places would all be there with less than this probability."""

Mask = NDArray[np.bool_]
Flat = NDArray[np.float64]
SIDES: Final[Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        **{"< 0": lambda x: x < 0, "= 0": lambda x: x == 0, "> 0": lambda x: x > 0},
        **{"is 0 or less": lambda x: x <= 0, "is not 0": lambda x: x != 0, "is 0 or more": lambda x: x >= 0},
    }
)


def narrowest(judged: Judged) -> str | None:
    """The narrowest condition that every wrong answer meets, but not every answer.

    A magnitude is named if no other condition covers less than half of all answers, or nearly as few as the magnitude.
    """
    plain = _likely([*_of_elements(judged, _sides), *_of_cases(judged)])
    far = _likely(_of_elements(judged, _magnitudes))
    if plain and not (far and (plain[0] > 1 / 2 or far[0] < plain[0] / 2)):
        return plain[1]
    return far[1] if far else None


def only_single_rows(judged: Judged) -> bool:
    """Whether all wrong answers are for a row as a 1-D array."""
    failing = judged.failing(*BAD)
    sizes = [dict(judged.banked.recipes[case].sizes) for case in failing]
    return bool(failing) and all(any(axis.endswith("?") and not shape for axis, shape in s.items()) for s in sizes)


def _likely(found: Iterable[tuple[float, int, str]]) -> tuple[float, str] | None:
    """The condition that covers the smallest share, of those that wrong answers hardly meet by chance."""
    return min(((share, text) for share, count, text in found if share < 1 and share**count < CHANCE), default=None)


def _of_cases(judged: Judged) -> Iterator[tuple[float, int, str]]:
    """Conditions on a case that all failing ones meet, each with the share of cases and the number of failing ones."""
    failing = (judged.levels >= UNSTABLE).any(axis=1)
    if not failing.any():
        return
    for text, mask in _conditions(judged).items():
        if mask[failing].all():
            yield float(mask.mean()), int(failing.sum()), text


def _conditions(judged: Judged) -> dict[str, Mask]:
    banked, contract = judged.banked, judged.banked.contract
    recipes = banked.recipes
    found = {f"for {dtype} inputs": np.array([r.dtype == dtype for r in recipes]) for dtype in ("float32", "float64")}
    sizes = [dict(recipe.sizes) for recipe in recipes]
    for axis in sizes[0]:
        name = axis.removesuffix("?")
        if name == "...":
            found["for a single element"] = np.array([int(np.prod(s[axis])) == 1 for s in sizes])
            found["for inputs of more than one axis"] = np.array([len(s[axis]) > 1 for s in sizes])
        else:
            found[f"for {name} = 1"] = np.array([s[axis] == (1,) for s in sizes])
            found[f"for {name} > 1"] = np.array([s[axis] > (1,) for s in sizes])
        if axis.endswith("?"):
            found["for one row given as a 1-D array"] = np.array([s[axis] == () for s in sizes])
            found["for 2-D arrays"] = np.array([s[axis] != () for s in sizes])
    for layout, text in {"read-only": "read-only arrays", "F": "arrays in Fortran order"}.items():
        found[f"for {text}"] = np.array([r.layout == layout for r in recipes])
    for argument in contract.arguments:
        if argument.default is not None:
            found[f"where {argument.name} is left out, which is then {argument.default:g}"] = calls.left_out(banked)
    numbers = [(i, a) for i, a in enumerate(contract.arguments) if not a.is_array]
    if numbers:
        given = [calls.arguments(banked, case) for case in range(len(recipes))]
        for i, argument in numbers:
            values = np.array([arguments[i] for arguments in given])
            found[f"for {argument.name} = 0"] = values == 0
            found[f"for {argument.name} > 0"] = values > 0
            if argument.kind.numbers == "whole":
                found[f"for {argument.name} > 1"] = values > 1
            if argument.default is not None:
                found[f"for {argument.name} other than {argument.default:g}"] = values != argument.default
    return found


Condition = tuple[str, Mask]


def _sides(name: str, values: Flat, wrong: Mask, single: Mask) -> Iterator[Condition]:
    yield from ((f"where {name} {text}", condition(values)) for text, condition in SIDES.items())


def _magnitudes(name: str, values: Flat, wrong: Mask, single: Mask) -> Iterator[Condition]:
    """Conditions such as |x| > 88, where all wrong answers are beyond all right ones.

    float32 overflows earlier, so that each precision may have a magnitude of its own.
    """
    everywhere = {"": np.ones_like(single)}
    for parts in (everywhere, {" in float32": single, " in float64": ~single}):
        for what, sizes, sign, beyond in (
            (f"|{name}|", np.abs(values), 1, "more"),
            (name, values, 1, "more"),
            (name, -values, -1, "less"),
        ):
            edges = {text: sizes[wrong & part].min() for text, part in parts.items() if (wrong & part).any()}
            if all(edge > sizes[~wrong & parts[text]].max(initial=-np.inf) for text, edge in edges.items()):
                told = " and ".join(f"{sign * edge + 0.0:.3g} or {beyond}{text}" for text, edge in edges.items())
                mask = np.logical_or.reduce([parts[text] & (sizes >= edge) for text, edge in edges.items()])
                yield f"where {what} is {told}", mask


def _of_elements(
    judged: Judged, conditions: Callable[[str, Flat, Mask, Mask], Iterator[Condition]]
) -> Iterator[tuple[float, int, str]]:
    """Conditions on the element of an argument at the place of the wrong element of the result."""
    banked, contract = judged.banked, judged.banked.contract
    if len(contract.results) != 1 or (judged.levels > WRONG).any():
        return
    error = errors(judged.actual, banked.values)
    wrong = ~np.isinf(banked.tight) & ~(error <= banked.tight) & ~(error <= banked.loose)
    if not wrong.any():
        return
    given = [calls.arguments(banked, case) for case in range(len(banked.recipes))]
    sizes = [int(np.prod(shape)) for (shape,) in banked.shapes]
    single = np.repeat([recipe.dtype == "float32" for recipe in banked.recipes], sizes)
    for i, argument in enumerate(contract.arguments):
        if not argument.is_array or any(a[i].shape != banked.shapes[case][0] for case, a in enumerate(given)):
            continue
        values = np.concatenate([a[i].ravel().astype(np.float64) for a in given])
        for text, mask in conditions(argument.name, values, wrong, single):
            if mask[wrong].all():
                yield float(mask.mean()), int(wrong.sum()), text
