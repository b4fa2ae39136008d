"""Words for axes and functions, in the terms of the question where it has any."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gradecheck.grading.repair.operators.surgery import listed
from gradecheck.grading.repair.terms import Terms

NOUNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{"sum": "sum", "nansum": "sum", "mean": "mean", "average": "mean", "median": "median", "prod": "product"},
        **{"max": "maximum", "amax": "maximum", "min": "minimum", "amin": "minimum", "argmax": "index of the maximum"},
        **{
            "argmin": "index of the minimum",
            "any": "test",
            "all": "test",
            "std": "standard deviation",
            "var": "variance",
        },
        **{"cumsum": "running sum", "norm": "norm", "concatenate": "joining", "stack": "stacking", "sort": "sorting"},
        **{"argsort": "sorting", "count_nonzero": "count", "squeeze": "squeezing", "repeat": "repetition"},
        **{"expand_dims": "new axis", "flip": "reversal", "take_along_axis": "picking", "diff": "difference"},
    }
)
"""What a function along an axis gives."""

MEAN_MISSING: Final = "A mean is missing: a division by a length."
SUM_MEANT: Final = "A sum is meant and no mean: there is a division by a length too many."
ELEMENTS: Final = "A product element by element stands where a matrix product belongs."
MATRIX: Final = "A matrix product stands where a product element by element belongs."
REDUCTIONS: Final = listed(
    "sum nansum mean average median prod max amax min amin argmax argmin any all std var norm count_nonzero"
)


def a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeio" else f"a {noun}"


def in_place_of(was: str, now: str) -> str:
    """The sentence for one thing where another belongs."""
    return f"{a(was).capitalize()} stands where {a(now)} belongs."


def runs(axis: int | None, terms: Terms) -> str:
    """What a function runs along, such as "along each row"; "" where the terms do not say it."""
    if axis is None:
        return "over all elements"
    if not terms.in_rows:
        return ""
    return {0: "over all rows", 1: "along each row", -1: "along each row"}.get(axis, "")


def wrong_axis(name: str, was: int | None, now: int | None, terms: Terms) -> str:
    """The sentence for another axis of this function."""
    noun = NOUNS[name]
    if name not in REDUCTIONS:  # without an axis, it takes one of its own
        return f"The {noun} runs along the wrong axis."
    before, after = runs(was, terms), runs(now, terms)
    if before == after and terms.one_row_too and now == -1:
        return f"The {noun} does not work where there is a single row, without an axis of rows."
    if before and after and before != after:
        return f"The {noun} runs {before}; it should run {after}."
    if was is None:
        return f"The {noun} runs over all elements; it should run along one axis."
    if now is None:
        return f"The {noun} runs along one axis; it should run over all elements."
    return f"The {noun} runs along the wrong axis."
