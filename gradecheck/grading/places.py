"""Where wrong answers are, if they are all in one place: "only where x < 0", "only for n = 1".

A place is a fact about all cases, and is named only where chance would hardly put every wrong answer there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.compare import errors
from gradecheck.grading import calls
from gradecheck.grading.judging import UNSTABLE, WRONG, Judged

CHANCE: Final = 1e-3
"""A place is named where wrong answers fallen anywhere would all be there with less than this probability."""

Mask = NDArray[np.bool_]
Flat = NDArray[np.float64]
SIDES: Final[Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        **{"< 0": lambda x: x < 0, "= 0": lambda x: x == 0, "> 0": lambda x: x > 0},
        **{"<= 0": lambda x: x <= 0, "is not 0": lambda x: x != 0, ">= 0": lambda x: x >= 0},
    }
)


def place(judged: Judged) -> str | None:
    """The narrowest condition that every wrong answer meets and not every answer does."""
    plain = _likely([*_of_elements(judged, _sides), *_of_cases(judged)])
    if plain and plain[0] <= 1 / 2:
        return plain[1]
    found = _likely(_of_elements(judged, _magnitudes)) or plain
    return found[1] if found else None


def _likely(found: Iterable[tuple[float, int, str]]) -> tuple[float, str] | None:
    """The narrowest, by the share of all that it takes in, of those that chance would hardly fill."""
    return min(((share, text) for share, count, text in found if share < 1 and share**count < CHANCE), default=None)


def _of_cases(judged: Judged) -> Iterator[tuple[float, int, str]]:
    """Conditions on a whole case: the share of cases that meet them, and how many failing ones, if all do."""
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
    numbers = [(i, a) for i, a in enumerate(contract.arguments) if not a.is_array]
    if numbers:
        given = [calls.arguments(banked, case) for case in range(len(recipes))]
        for i, argument in numbers:
            values = np.array([arguments[i] for arguments in given])
            found[f"for {argument.name} = 0"] = values == 0
            found[f"for {argument.name} > 0"] = values > 0
            if argument.kind == "steps":
                found[f"for {argument.name} > 1"] = values > 1
            if argument.kind == "alpha":
                found[f"for {argument.name} other than 0.01"] = values != 0.01
    return found


Condition = tuple[str, Mask]


def _sides(name: str, values: Flat, wrong: Mask) -> Iterator[Condition]:
    yield from ((f"where {name} {text}", condition(values)) for text, condition in SIDES.items())


def _magnitudes(name: str, values: Flat, wrong: Mask) -> Iterator[Condition]:
    """From some magnitude on, where everything that is wrong is beyond everything that is right."""
    for text, sizes in {f"|{name}|": np.abs(values), name: values, f"-{name}": -values}.items():
        if (edge := sizes[wrong].min()) > sizes[~wrong].max(initial=-np.inf):
            yield f"where {text} is {edge:.3g} or more", sizes >= edge


def _of_elements(
    judged: Judged, conditions: Callable[[str, Flat, Mask], Iterator[Condition]]
) -> Iterator[tuple[float, int, str]]:
    """Conditions on the element of an argument that stands where the wrong element of the result does."""
    banked, contract = judged.banked, judged.banked.contract
    if len(contract.results) != 1 or (judged.levels > WRONG).any():
        return
    error = errors(judged.actual, banked.values)
    wrong = ~np.isinf(banked.tight) & ~(error <= banked.tight) & ~(error <= banked.loose)
    if not wrong.any():
        return
    given = [calls.arguments(banked, case) for case in range(len(banked.recipes))]
    for i, argument in enumerate(contract.arguments):
        if not argument.is_array or any(a[i].shape != banked.shapes[case][0] for case, a in enumerate(given)):
            continue
        values = np.concatenate([a[i].ravel().astype(np.float64) for a in given])
        for text, mask in conditions(argument.name, values, wrong):
            if mask[wrong].all():
                yield float(mask.mean()), int(wrong.sum()), text
