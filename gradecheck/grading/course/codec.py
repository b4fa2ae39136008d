"""Frozen records to JSON and back without loss. Nothing is unpickled: what is read may have been planted."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

Record = TypeVar("Record")
ARRAY = "array"


def encode(x: Any) -> Any:
    """A record, or what one may hold, in JSON's own types (nan and inf as Python's json writes them)."""
    if dataclasses.is_dataclass(x) and not isinstance(x, type):
        return {field.name: encode(getattr(x, field.name)) for field in dataclasses.fields(x)}
    if isinstance(x, np.ndarray | np.generic):
        return {ARRAY: x.dtype.name, "shape": list(x.shape), "values": np.ravel(x).tolist()}
    if isinstance(x, Mapping):
        return {str(key): encode(value) for key, value in x.items()}
    if isinstance(x, tuple | list):
        return [encode(value) for value in x]
    if x is None or isinstance(x, str | bool | int | float):
        return x
    msg = f"encode: x is a {type(x).__name__}, but should be a record of numbers, texts and arrays"
    raise TypeError(msg)


def decode(kind: type[Record], data: Any) -> Record:
    """The record of that kind that `encode` wrote. Raises ValueError for anything else."""
    try:
        return cast(Record, _decode(kind, data))
    except (TypeError, KeyError, AttributeError, IndexError, ValueError) as error:
        msg = f"decode: data is no {kind.__name__} ({error!r}), but should be what encode wrote"
        raise ValueError(msg) from error


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _decode(kind: Any, data: Any) -> Any:
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return kind(**{name: _decode(hint, data[name]) for name, hint in _hints(kind).items()})
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        inner = [arguments[0]] * len(data) if arguments[-1] is ... else arguments
        return tuple(_decode(hint, value) for hint, value in zip(inner, data, strict=True))
    if origin in (Union, types.UnionType):
        if data is None:
            return None
        (rest,) = (argument for argument in arguments if argument is not type(None))
        return _decode(rest, data)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: _decode(arguments[1], value) for key, value in data.items()}
    if kind is Any:
        return _array(data) if isinstance(data, dict) and ARRAY in data else data
    if origin is Literal:
        if data not in arguments:
            raise TypeError(data)
        return data
    if not isinstance(data, kind):
        raise TypeError(data)
    return data


def _array(data: Any) -> Any:
    return np.array(data["values"], np.dtype(data[ARRAY])).reshape(data["shape"])
