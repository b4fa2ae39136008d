"""Narrowing: makes a Scope of what an assignment, a question or the command line says of the inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Final

from gradecheck.arguments.kinds import Kind
from gradecheck.arguments.regimes import REGIMES
from gradecheck.arguments.scope import DTYPES, Scope
from gradecheck.packs.contract import ANY, Contract

CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"targets": ("one-hot", "soft", "any"), "rows": ("2-D", "any")}
)


def numbers(contracts: Iterable[Contract]) -> Mapping[str, Kind]:
    """The kinds of Python numbers of these contracts that an assignment may fix, by their keys."""
    kinds = (argument.kind for contract in contracts for argument in contract.arguments)
    return {kind.key: kind for kind in kinds if kind.key and not kind.is_array}


def keys(kinds: Iterable[str]) -> tuple[str, ...]:
    """The keys of an assignment's TOML file that narrow the inputs.    kinds: the keys of `numbers`."""
    return ("targets", "rows", *kinds, "dtypes", "regimes")


class NarrowingError(ValueError):
    """A key whose value is not as it should be."""

    def __init__(self, key: str, was: Any, should: str) -> None:
        super().__init__(f"{key} is {was!r}, but should be {should}")
        self.key, self.was, self.should = key, was, should


def narrowed(scope: Scope, said: Mapping[str, Any], kinds: Mapping[str, Kind]) -> Scope:
    """The scope, changed key by key. Raises NarrowingError for a value that cannot be asked.

    kinds: of the numbers that may be fixed, by their keys.
    """
    for key, value in said.items():
        if key in CHOICES:
            if value not in CHOICES[key]:
                raise NarrowingError(key, value, _listed(CHOICES[key]))
            scope = replace(scope, **{key: value})
        elif key in kinds:
            values = {**dict(scope.values), key: _numbers(kinds[key], value)}
            scope = replace(scope, values=tuple(sorted(values.items())))
        elif key == "dtypes":
            scope = replace(scope, dtypes=_names(key, value, DTYPES))
        else:
            known = tuple(regime.name for regime in REGIMES.values() if regime.asked or scope.everything)
            scope = replace(scope, regimes=_names(key, value, known))
    return scope


def _numbers(kind: Kind, value: Any) -> tuple[float, ...]:
    found = value if isinstance(value, list | tuple) and value else [value]
    for x in found:
        if isinstance(x, bool) or not isinstance(x, int | float) or not kind.fits(x, {}):
            raise NarrowingError(kind.key, value, f"{kind.says}, or a list of such numbers")
    return tuple(sorted({int(x) if kind.numbers == "whole" else float(x) for x in found}))


def _names(key: str, value: Any, known: tuple[str, ...]) -> tuple[str, ...]:
    """The listed names, in the order of the known ones."""
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


# -- by function


def concerns(key: str, contract: Contract) -> bool:
    """Whether the contract has an argument that the key says something about."""
    if key == "rows":
        return any(axis == ANY or axis.endswith("?") for argument in contract.arguments for axis in argument.axes)
    return key in ("dtypes", "regimes") or any(argument.kind.key == key for argument in contract.arguments)


def concerning(scope: Scope, contract: Contract) -> Scope:
    """The scope with only the keys that concern the contract."""
    return replace(
        scope,
        targets=scope.targets if concerns("targets", contract) else "any",
        rows=scope.rows if concerns("rows", contract) else "any",
        values=tuple((key, values) for key, values in scope.values if concerns(key, contract)),
    )
