"""Narrowing: what an assignment, a question or the command line says of the inputs, made into a Scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from math import inf
from types import MappingProxyType
from typing import Any, Final

from gradecheck.contract import ANY, Contract
from gradecheck.regimes import REGIMES
from gradecheck.scope import DTYPES, Scope

MOST_STEPS: Final = 10
"""After more, rounding alone may take a training run so far that next to nothing is judged."""


@dataclass(frozen=True)
class Number:
    """A kind of number that an assignment may fix. fits: whether it can be asked.    should: the same in words."""

    fits: Callable[[float], bool]
    should: str


FIXED: Final[Mapping[str, Number]] = MappingProxyType(
    {
        "alpha": Number(lambda x: 0 <= x <= 1, "a number from 0 to 1"),
        "lr": Number(lambda x: 0 < x < inf, "a positive number"),
        "mu": Number(lambda x: 0 <= x <= 1, "a number from 0 to 1"),
        "steps": Number(lambda x: x in range(1, MOST_STEPS + 1), f"a whole number from 1 to {MOST_STEPS}"),
    }
)
CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"targets": ("one-hot", "soft", "any"), "rows": ("2-D", "any")}
)


class NarrowingError(ValueError):
    """A key whose value is not as it should be."""

    def __init__(self, key: str, was: Any, should: str) -> None:
        super().__init__(f"{key} is {was!r}, but should be {should}")
        self.key, self.was, self.should = key, was, should


def narrowed(scope: Scope, said: Mapping[str, Any]) -> Scope:
    """The scope with what is said in its place, key by key. Raises NarrowingError for what cannot be asked."""
    for key, value in said.items():
        if key in CHOICES:
            if value not in CHOICES[key]:
                raise NarrowingError(key, value, _listed(CHOICES[key]))
            scope = replace(scope, **{key: value})
        elif key in FIXED:
            scope = replace(scope, values=tuple(sorted({**dict(scope.values), key: _numbers(key, value)}.items())))
        elif key == "dtypes":
            scope = replace(scope, dtypes=_names(key, value, DTYPES))
        else:
            known = tuple(regime.name for regime in REGIMES.values() if regime.asked or scope.everything)
            scope = replace(scope, regimes=_names(key, value, known))
    return scope


def _numbers(key: str, value: Any) -> tuple[float, ...]:
    found = value if isinstance(value, list | tuple) and value else [value]
    for x in found:
        if isinstance(x, bool) or not isinstance(x, int | float) or not FIXED[key].fits(x):
            raise NarrowingError(key, value, f"{FIXED[key].should}, or a list of such numbers")
    return tuple(sorted({int(x) if key == "steps" else float(x) for x in found}))


def _names(key: str, value: Any, known: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the known names that are listed, in the order of the known ones."""
    if not isinstance(value, list | tuple) or not value:
        raise NarrowingError(key, value, f"a list of {_listed(known)}")
    for name in value:
        if name not in known:
            near = get_close_matches(str(name), known, cutoff=0.5) or known
            unasked = "; no submission is asked that" if key == "regimes" and name in list(REGIMES) else ""
            raise NarrowingError(key, name, f"{_listed(near)}{unasked}")
    return tuple(name for name in known if name in value)


def _listed(names: Any) -> str:
    *most, last = (f'"{name}"' for name in names)
    return f"{', '.join(most)} or {last}" if most else last


# -- which of it concerns a function


def concerns(key: str, contract: Contract) -> bool:
    """Whether the contract has an argument that the key says something about."""
    if key == "targets":
        return any(argument.kind in ("targets", "class targets") for argument in contract.arguments)
    if key == "rows":
        return any(axis == ANY or axis.endswith("?") for argument in contract.arguments for axis in argument.axes)
    return key not in FIXED or any(argument.kind == key for argument in contract.arguments)


def concerning(scope: Scope, contract: Contract) -> Scope:
    """The scope as far as it concerns the contract."""
    return replace(
        scope,
        targets=scope.targets if concerns("targets", contract) else "any",
        rows=scope.rows if concerns("rows", contract) else "any",
        values=tuple((kind, values) for kind, values in scope.values if concerns(kind, contract)),
    )
