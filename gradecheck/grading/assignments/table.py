"""Reads a TOML table key by key; every error names the file, the key, what it is and what it should be."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from keyword import iskeyword
from math import inf
from typing import Any


class Table:
    """A table, and the keys that were read. prefix: of its keys in an error."""

    def __init__(self, file: str, table: dict[str, Any], prefix: str = "") -> None:
        self.file, self.prefix, self._given = file, prefix, table
        self._known: dict[str, None] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._given

    def wrong(self, key: str, was: Any, should: str) -> ValueError:
        return self.complaint(key, f"is {was!r}, but should be {should}")

    def complaint(self, key: str, what: str) -> ValueError:
        return ValueError(f"assignment: {self.file}: {self.prefix}{key} {what}")

    def take(self, key: str, default: Any = None) -> Any:
        self._known[key] = None
        return self._given.get(key, default)

    def end(self) -> None:
        """Raises ValueError where there are keys that were not read."""
        for key, was in self._given.items():
            if key in self._known:
                continue
            near = get_close_matches(key, self._known, cutoff=0.5)
            meant = f"; did you mean {' or '.join(near)}?" if near else f"; there are {', '.join(self._known)}"
            raise self.wrong(key, was, f"left out: there is no such key{meant}")

    # -- kinds of values

    def of(self, key: str, kind: type | tuple[type, ...], should: str, default: Any) -> Any:
        value = self.take(key, default)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.wrong(key, value, should)
        return value

    def table(self, key: str) -> Table:
        return Table(self.file, self.of(key, dict, f"a table, [{key}]", {}), f"{self.prefix}{key}.")

    def positive(self, key: str, default: float) -> float:
        value = self.of(key, (int, float), "a positive number", default)
        if not 0 < value < inf:
            raise self.wrong(key, value, "a positive number")
        return float(value)

    def amount(self, key: str, default: float) -> float:
        value = self.of(key, (int, float), "a number, 0 or more", default)
        if not 0 <= value < inf:
            raise self.wrong(key, value, "a number, 0 or more")
        return float(value)

    def count(self, key: str, default: int) -> int:
        value = self.of(key, int, "a whole number above 0", default)
        if value <= 0:
            raise self.wrong(key, value, "a whole number above 0")
        return int(value)

    def identifier(self, key: str, default: str) -> str:
        value = self.take(key, default)
        if not is_identifier(value):
            raise self.wrong(key, value, "the name of a function")
        return str(value)

    def texts(self, key: str, should: str) -> tuple[str, ...]:
        value = self.take(key, [])
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise self.wrong(key, value, should)
        return tuple(dict.fromkeys(value))

    def one_of(self, key: str, choices: Sequence[str], default: str) -> str:
        value = self.take(key, default)
        if value not in choices:
            *first, last = (f'"{choice}"' for choice in choices)
            raise self.wrong(key, value, f"{', '.join(first)} or {last}")
        return str(value)


def is_identifier(name: Any) -> bool:
    return isinstance(name, str) and name.isidentifier() and not iskeyword(name)
