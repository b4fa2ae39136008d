"""Turns frames of a worker into answers, which are plain data.

The worker is a stranger: `unpack` takes exactly the frames that running.py writes and raises ProtocolError
for anything else. Values are rebuilt from plain bytes as base ndarrays, NumPy scalars, Python numbers,
lists and tuples of them, so a subclass, an object or a patched method never gets this far.

Whether a call changed its arguments is the worker's word: it compares them with the bytes that were sent.
A submission that forges frames could as well send those bytes back, so sending them would prove nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.jail.answers import Answer, Limit, Line, Missing, NoArray, Raised, Recorded, Returned, Value
from gradecheck.grading.jail.inside.packing import DTYPES
from gradecheck.grading.jail.inside.protocol import ITEMS, LINES, NAME, NUMBERS, TEXT, ProtocolError, split

WIDENED = {np.dtype(t).name: np.dtype(t) for t in (np.float16, np.longdouble)}  # these travel as float64


@dataclass(frozen=True)
class _Leaf:
    """One array, scalar, number or list of numbers, still to be built from bytes."""

    kind: str
    dtype: str
    wire: np.dtype[Any]
    shape: tuple[int, ...]
    size: int

    def build(self, payload: bytes, offset: int) -> Value:
        array: NDArray[Any] = np.ndarray(self.shape, self.wire, payload, offset).copy()
        if self.wire == np.bool_:
            array = array.view(np.uint8) != 0  # a forged True may be any byte
        if self.dtype in WIDENED:
            array = array.astype(WIDENED[self.dtype])
        match self.kind:
            case "array":
                return array
            case "scalar":
                value: Value = array[()]
            case "number":
                value = array.item()
            case "list":
                value = array.tolist()
            case _:
                value = tuple(array.tolist())
        return value


@dataclass(frozen=True)
class _Other:
    """One of several results that is not an array."""

    type: str
    size: int = 0

    def build(self, payload: bytes, offset: int) -> NoArray:
        return NoArray(self.type)


@dataclass(frozen=True)
class _Branch:
    """A list or tuple of results."""

    kind: str
    items: tuple[_Leaf | _Branch | _Other, ...]
    size: int

    def build(self, payload: bytes, offset: int) -> Value:
        values: list[Any] = []
        for item in self.items:
            values.append(item.build(payload, offset))
            offset += item.size
        return values if self.kind == "list" else tuple(values)


@dataclass(frozen=True)
class _Result:
    plan: _Leaf | _Branch
    type: str
    changed: tuple[int, ...]


def _plan(tree: Any, depth: int = 6) -> _Leaf | _Branch:
    kind, *rest = tree
    if len(rest) == 1 and kind in ("list", "tuple") and depth and len(rest[0]) <= ITEMS:
        items = tuple(_other(item) or _plan(item, depth - 1) for item in rest[0])
        return _Branch(kind, items, sum(item.size for item in items))
    dtype, name, shape = rest
    if kind not in ("array", "scalar", "number", "list", "tuple") or name not in DTYPES:
        raise ProtocolError
    if dtype != name and (dtype not in WIDENED or name != "float64"):
        raise ProtocolError
    if len(shape) > 64 or not all(type(n) is int and 0 <= n < 1 << 32 for n in shape):
        raise ProtocolError
    count, wire = math.prod(shape), DTYPES[name]
    if kind in ("scalar", "number") and shape:
        raise ProtocolError
    if kind in ("list", "tuple") and (not shape or math.prod(max(n, 1) for n in shape) > NUMBERS):
        raise ProtocolError  # empty rows are lists, too, and cost memory here
    return _Leaf(kind, dtype, wire, tuple(shape), count * wire.itemsize)


def _other(tree: Any) -> _Other | None:
    kind, *rest = tree
    return _Other(text(rest[0], NAME)) if kind == "other" and len(rest) == 1 else None


def text(value: Any, length: int) -> str:
    """A stranger's text, made safe to print and write anywhere: no escapes, no lone surrogates."""
    if type(value) is not str:
        raise ProtocolError
    plain = value[:length].replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in plain)


def _line(value: Any) -> Line:
    where, line, function = value
    if type(where) not in (int, str) or type(line) is not int:
        raise ProtocolError
    if type(where) is str:
        return Line(0, line, text(function, NAME), file=where[:TEXT])
    return Line(where, line, text(function, NAME))


def outcome(header: Any) -> _Result | Raised | NoArray | Missing | Limit:
    changed = tuple(header.get("changed", ()))
    if len(changed) > ITEMS or not all(type(i) is int and i >= 0 for i in changed):
        raise ProtocolError
    match header:
        case {"returned": tree, "type": kind}:
            return _Result(_plan(tree), text(kind, NAME), changed)
        case {"raised": kind, "message": message, "lines": lines}:
            told = tuple(map(_line, lines[:LINES]))
            return Raised(text(kind, NAME), text(message, TEXT), told, changed, text(header.get("name", ""), NAME))
        case {"no array": kind}:
            return NoArray(text(kind, NAME), changed)
        case {"missing": found}:
            return Missing(text(found, NAME))
        case {"limit": "time" | "memory" | "output" | "processes" as which}:
            return Limit(which)
    raise ProtocolError


# Most submissions send the same few headers. A hostile one can only push them out of the cache.
_remembered = lru_cache(maxsize=4096)(lambda header: outcome(json.loads(header)))
MALFORMED = (ProtocolError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


def read(header: bytes, payload: bytes) -> Answer:
    """The answer in one frame. Raises ProtocolError for any other frame."""
    try:
        found = _remembered(header) if len(header) < 500 else outcome(json.loads(header))
        if isinstance(found, _Result):
            if found.plan.size != len(payload):
                raise ProtocolError
            return Returned(found.plan.build(payload, 0), found.type, found.changed)
    except MALFORMED as problem:
        raise ProtocolError from problem
    return found


def unpack(data: bytes, count: int) -> Iterator[Answer]:
    """The first `count` answers of an answer file, or fewer. Raises ProtocolError at the first bad frame."""
    end = 0
    for _ in range(count):
        found = split(data, end, len(data))
        if found is None:
            return
        header, payload, end = found
        yield read(header, payload)


def recorded(data: bytes) -> Recorded | None:
    """The record in the answer file of a recorded call; None where there is none."""
    try:
        found = split(data, 0, len(data))
        told = json.loads(found[0])["recorded"] if found is not None else {}
        texts = {
            name: tuple(text(said, TEXT) for said in told[name][:ITEMS])
            for name in ("lines", "roots", "results", "arguments")
        }
        return Recorded(**texts, last=text(told["last"], NAME), whole=told["whole"] is True)
    except MALFORMED:
        return None
