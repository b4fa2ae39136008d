"""What sets a case apart from an ordinary one, so that a failure is shown where it is plainest and stays what it is."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.arguments.regimes import REGIMES
from gradecheck.cases.case import Case
from gradecheck.packs.contract import ANY, Argument, Signature

Array = NDArray[Any]

LARGE: Final = 16.0
TINY: Final = 1e-6
CHECKS: Final = ("correctness", "edges", "stability")
WILD: Final = frozenset({"large", "tiny", "nonfinite"})
"""Numbers that are not ordinary."""

NOT_ASKED: Final = frozenset({"nonfinite", "empty", "0-d"})


def traits(contract: Signature, case: Case) -> frozenset[str]:
    """What is special about its numbers and its shapes."""
    found: set[str] = set()
    for argument, x in zip(contract.arguments, case.arguments, strict=True):
        if isinstance(x, np.ndarray):
            found |= _shape(argument, x)
            found |= _numbers(x) if argument.kind.by_regime else set()
    return frozenset(found)


def _shape(argument: Argument, x: Array) -> set[str]:
    """No rows, one column, a row as a 1-D array. One row is as plain as several."""
    if not x.size:
        return {"empty"}
    if argument.axes == (ANY,):
        return set() if x.ndim else {"0-d"}
    found = {"1-D"} if x.ndim < len(argument.axes) else set()
    named = zip(reversed(argument.axes), reversed(x.shape), strict=False)
    return found | {f"one {axis}" for axis, length in named if length == 1 and axis.rstrip("?") != "n"}


def _numbers(x: Array) -> set[str]:
    sizes = np.abs(x)
    has = {
        "zero": sizes == 0,
        "tiny": (sizes > 0) & (sizes < TINY),
        "large": np.isfinite(sizes) & (sizes > LARGE),
        "nonfinite": ~np.isfinite(sizes),
    }
    return {name for name, where in has.items() if where.any()}


def oddity(contract: Signature, case: Case) -> tuple[int, int, int]:
    """The smaller, the plainer: by what the case is about (what nobody is asked comes last), by its traits, by size."""
    found = traits(contract, case)
    asked = case.recipe is None or REGIMES[case.recipe.regime].asked
    about = len(CHECKS) if found & NOT_ASKED or not asked else CHECKS.index(case.check)
    return about, len(found), sum(np.size(x) for x in case.arguments)


def same_nature(contract: Signature, smaller: Case, drawn: Case) -> bool:
    """Whether the smaller case has nothing special that the drawn one has not.

    What fails at edges or in stability only, by wild numbers, fails by wild numbers again.
    """
    one, other = traits(contract, smaller), traits(contract, drawn)
    return one <= other and (drawn.check == "correctness" or bool(one & WILD) == bool(other & WILD))
