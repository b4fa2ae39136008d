"""Records an adapter's calls of the submission, as lines of Python that do the same without the adapter.

Only the call of a counterexample is recorded.
"""

import inspect
import re
import types
from collections.abc import Iterator
from typing import Any

import numpy as np

MOST_LINES, MOST_NUMBERS, DEEP = 40, 100, 3


class UnsaidError(Exception):
    """A value that cannot be written as Python."""


class Watched:
    """A function, a class or an object of the submission in a wrapper, while a call is recorded."""

    def __init__(self, of: Any, said: str, record: "Record") -> None:
        vars(self).update(_of=of, _said=said, _record=record)

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self._record.call(self._of, self._said, given, named)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._of, name)
        return self._record.watch(f"{self._said}.{name}", found)

    def __setattr__(self, name: str, value: Any) -> None:
        self._record.set(f"{self._said}.{name}", value)
        setattr(self._of, name, bare(value))

    def __getitem__(self, key: Any) -> Any:
        return self._record.watch(f"{self._said}[{key!r}]", self._of[bare(key)])

    def __iter__(self) -> Iterator[Any]:
        return iter(self._of)


def bare(value: Any) -> Any:
    """The value without its wrapper."""
    if type(value) is Watched:
        return value._of
    if type(value) in (list, tuple):
        return type(value)(map(bare, value))
    return {key: bare(item) for key, item in value.items()} if _holds_watched(value) else value


def _holds_watched(value: Any) -> bool:
    return type(value) is dict and any(type(item) is Watched for item in value.values())


class Record:
    """The lines so far.    whole: whether they are all that the adapter did with the submission."""

    def __init__(self, ours: frozenset[str]) -> None:
        """ours: names that no variable may have."""
        self.lines: list[str] = []
        self.last = ""  # what the last call returned
        self.whole = True
        self._known: list[tuple[Any, str, bytes]] = []  # value, name; and the content of an array
        self._taken = set(ours)
        self._roots: dict[str, None] = {}

    def watch(self, name: str, found: Any) -> Any:
        """What the adapter gets for a value of the submission: functions and objects in a wrapper."""
        if name.isidentifier():
            self._roots[name] = None
        if isinstance(found, (np.ndarray, np.generic, str, bool, int, float, types.ModuleType)) or found is None:
            self._know(found, name)
            return found
        if isinstance(found, (list, tuple, dict)):
            self._know(found, name)
            return found
        return Watched(found, name, self)

    def call(self, function: Any, said: str, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        words = self._said(function, given, named)
        call = f"{said}({', '.join(words)})"
        self._add(call)
        self.last = ""
        result = function(*map(bare, given), **{name: bare(value) for name, value in named.items()})
        for value in (*given, *named.values()):
            if isinstance(value, dict) and (expression := self.expression(value)):
                self._know(value, expression)
        self._known = [(x, name, _within(x)) for x, name, _ in self._known]  # the call may have written to them
        if result is None:
            return None
        self.last = self._new(function.__name__.lower() if isinstance(function, type) else "result")
        if self.whole and self.lines:
            self.lines[-1] = f"{self.last} = {call}"
        self._know(result, self.last)
        plain = isinstance(result, (np.ndarray, np.generic, list, tuple, dict, str, bool, int, float))
        return result if plain else Watched(result, self.last, self)

    def set(self, target: str, value: Any) -> None:
        try:
            self._add(f"{target} = {self._argument(value, target.rpartition('.')[2])}")
        except UnsaidError:
            self.whole = False

    def roots_used(self) -> list[str]:
        """The names of the submission that the lines mention."""
        return [name for name in self._roots if any(re.search(rf"\b{name}\b", line) for line in self.lines)]

    def _said(self, function: Any, given: tuple[Any, ...], named: dict[str, Any]) -> list[str]:
        try:
            parameters = [*inspect.signature(function).parameters]
        except (TypeError, ValueError):
            parameters = []
        hints = [*parameters, *("x" for _ in given)]
        try:
            words = [self._argument(value, hint) for value, hint in zip(given, hints, strict=False)]
            return words + [f"{name}={self._argument(value, name)}" for name, value in named.items()]
        except UnsaidError:
            self.whole = False
            return []

    def _argument(self, value: Any, hint: str) -> str:
        """An argument by its name, or as a literal; an array or a dictionary without a name gets one."""
        if known := self.expression(value):
            return known
        if not isinstance(value, (np.ndarray, dict)):
            return self._literal(value, hint, DEEP)
        word = self._literal(value, hint, DEEP)
        name = self._new(hint)
        self._add(f"{name} = {word}")
        self._know(value, name)
        return name

    def _literal(self, value: Any, hint: str, deep: int) -> str:
        if value is None or type(value) in (bool, int, float, str):
            return repr(value) if not isinstance(value, float) or np.isfinite(value) else f"float({str(value)!r})"
        if isinstance(value, np.generic) and value.dtype.kind in "biuf":
            return f"np.{value.dtype.name}({value.item()!r})"
        if isinstance(value, np.ndarray) and value.dtype.kind in "biuf" and value.size <= MOST_NUMBERS:
            return _array(value)
        if type(value) in (list, tuple, dict) and deep:
            items = value.items() if type(value) is dict else enumerate(value)
            words = [self.expression(item) or self._literal(item, hint, deep - 1) for _, item in items]
            if type(value) is dict:
                return "{" + ", ".join(f"{key!r}: {word}" for key, word in zip(value, words, strict=True)) + "}"
            return f"[{', '.join(words)}]" if type(value) is list else f"({', '.join(words)}{',' * (len(words) == 1)})"
        raise UnsaidError

    def expression(self, value: Any, first: bool = False) -> str:
        """An expression for this very object after the lines so far; "" for none. first: by its oldest name."""
        order = 1 if first else -1
        if type(value) is Watched:
            return str(value._said)
        if value is None or type(value) in (bool, int, str):
            return ""
        for known, name, before in self._known[::order]:
            if known is value:
                return str(name) if before == _within(value) else ""
        if not isinstance(value, np.ndarray) or not value.size:
            return ""
        for known, name, before in self._known[::order]:
            if type(known) is np.ndarray and known.size == value.size and _start(known) == _start(value):
                if known.dtype != value.dtype or before != _within(known):
                    continue
                if (known.shape, known.strides) == (value.shape, value.strides):
                    return str(name)
                if (known.shape, known.strides) == (value.shape[::-1], value.strides[::-1]):
                    return f"{name}.T"
                if known.flags.c_contiguous and value.flags.c_contiguous:
                    return f"{name}.reshape({', '.join(map(str, value.shape))})"
        return ""

    def _know(self, value: Any, name: str, deep: int = DEEP) -> None:
        self._known.append((value, name, _within(value)))
        if deep and type(value) in (list, tuple, dict) and len(value) < MOST_NUMBERS:
            for key, item in value.items() if type(value) is dict else enumerate(value):
                self._know(item, f"{name}[{key!r}]", deep - 1)

    def _new(self, hint: str) -> str:
        name = hint if hint.isidentifier() else "x"
        number = 2
        while name in self._taken:
            name, number = f"{hint}_{number}", number + 1
        self._taken.add(name)
        return name

    def _add(self, line: str) -> None:
        if len(self.lines) >= MOST_LINES:
            self.whole = False
        else:
            self.lines.append(line)


def _within(value: Any) -> bytes:
    return value.tobytes() if type(value) is np.ndarray and value.size <= MOST_NUMBERS else b""


def _start(array: Any) -> int:
    return int(array.__array_interface__["data"][0])


def _array(x: Any) -> str:
    with np.printoptions(threshold=x.size + 1, linewidth=10_000, floatmode="unique"):
        text = " ".join(np.array2string(x, separator=", ").split()).replace("[ ", "[")
    text = text.replace(".,", ".0,").replace(".]", ".0]")
    named = {"float64": "", "int64": "", "bool": ""}
    dtype = named.get(x.dtype.name, f", np.{x.dtype.name}")
    if not x.size:
        return f"np.zeros({x.shape}{dtype})"
    return f"np.array({text}{'0' * text.endswith('.')}{dtype})"
