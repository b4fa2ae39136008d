"""Frozen records to JSON and back without loss. Nothing is unpickled, as somebody may have changed the file."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Hashable, Mapping
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

Record = TypeVar("Record")
ARRAY = "array"
PLAIN = frozenset({str, bool, int, float, type(None)})


def encode(x: Any) -> Any:
    """A record, or a value in one, in JSON's own types (nan and inf as Python's json writes them)."""
    kind = type(x)
    if kind in PLAIN:
        return x
    if kind in (tuple, list):
        return [encode(value) for value in x]
    if names := _names(cast(Hashable, kind)):
        return {name: encode(getattr(x, name)) for name in names}
    if isinstance(x, np.ndarray | np.generic):
        return {ARRAY: x.dtype.name, "shape": list(x.shape), "values": np.ravel(x).tolist()}
    if isinstance(x, Mapping):
        return {str(key): encode(value) for key, value in x.items()}
    msg = f"encode: x is a {kind.__name__}, but should be a record of numbers, texts and arrays"
    raise TypeError(msg)


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """Of the fields of a kind of record; none of anything else."""
    return tuple(field.name for field in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()


def decode(kind: type[Record], data: Any) -> Record:
    """The record of that kind that `encode` wrote. Raises ValueError for anything else."""
    try:
        return cast(Record, _decoder(cast(Hashable, kind))(data))
    except (TypeError, KeyError, AttributeError, IndexError, ValueError) as error:
        msg = f"decode: data is no {kind.__name__} ({error!r}), but should be what encode wrote"
        raise ValueError(msg) from error


@cache  # a class has hundreds of thousands of values, of a few kinds
def _decoder(kind: Any) -> Callable[[Any], Any]:
    """A function that turns the JSON of that kind of value into the value; it raises for any other."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _record(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _tuple(arguments)
    if origin in (Union, types.UnionType):
        (rest,) = (argument for argument in arguments if argument is not type(None))
        present = _decoder(rest)
        return lambda data: None if data is None else present(data)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        value = _decoder(arguments[1])
        return lambda data: {key: value(item) for key, item in data.items()}
    if kind is Any:
        return lambda data: _array(data) if isinstance(data, dict) and ARRAY in data else data

    def plain(data: Any) -> Any:
        if data not in arguments if origin is Literal else not isinstance(data, kind):
            raise TypeError(data)
        return data

    return plain


def _record(kind: type) -> Callable[[Any], Any]:
    @cache  # found when the first record is read: a kind may hold records of itself
    def fields() -> list[tuple[str, Any, Callable[[Any], Any]]]:
        """Each with its decoder; of those whose values are mostly of one plain type, that type."""
        hints = get_type_hints(kind)
        own = [(field.name, hints[field.name]) for field in dataclasses.fields(kind)]
        return [(name, hint if hint in PLAIN else None, _decoder(hint)) for name, hint in own]

    def decoded(data: Any) -> Any:
        given = {}
        for name, plain, value in fields():
            if name in data:
                x = data[name]
                given[name] = x if type(x) is plain else value(x)
        return kind(**given)

    return decoded


def _tuple(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    if arguments[-1] is ...:
        item = _decoder(arguments[0])
        return lambda data: tuple([item(value) for value in data])
    items = [_decoder(argument) for argument in arguments]
    return lambda data: tuple([item(value) for item, value in zip(items, data, strict=True)])


def _array(data: Any) -> Any:
    return np.array(data["values"], np.dtype(data[ARRAY])).reshape(data["shape"])
