"""What a function returned, as nested tuples that describe it and the bytes of its values."""

import dataclasses
import errno
import functools
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import numpy as np

from .packing import DTYPES, Case, build, changed
from .protocol import ITEMS, NAME, NUMBERS, begin_frame, frame, to_json

# Bound once: a submission that patches NumPy by accident is still read rightly.
ndarray, generic, as_array, float64 = np.ndarray, np.generic, np.array, np.float64
tobytes, view = np.ndarray.tobytes, np.ndarray.view

Tree = tuple[Any, ...]
WIRES = {dtype: name for name, dtype in DTYPES.items()}
NO_RECORDS = frozenset({ndarray, float64, np.float32, float, int})
"""Types of most results, which are no dataclasses."""
DEEP = 4  # a tuple nested deeper is not an answer


class NoArrayError(Exception):
    """A result that is not an array, a number or a tuple of them; the argument says what it is."""


def only_numbers(value: Any) -> bool:
    return all(
        isinstance(item, (float, int, generic)) or (type(item) in (list, tuple) and only_numbers(item))
        for item in value
    )


def leaf(kind: str, array: Any, chunks: list[bytes], room: int) -> Tree:
    dtype = array.dtype
    name = wire = WIRES.get(dtype)
    if wire is None:
        if dtype.kind not in "biuf":
            raise NoArrayError(f"{dtype.name} {kind}")
        # float16 and longdouble travel as float64 under their own name, the rest in native byte order
        wide = dtype.kind == "f" and dtype.itemsize not in (4, 8)
        array = array.astype(float64 if wide else dtype.newbyteorder("="))
        name, wire = dtype.name, array.dtype.name
    if array.nbytes + (sum(map(len, chunks)) if chunks else 0) > room:
        raise OSError(errno.EFBIG, "the answer is too large")
    chunks.append(tobytes(array))
    return (kind, name, wire, array.shape)


def convert(value: Any, chunks: list[bytes], room: int, depth: int = DEEP) -> Tree:
    """The description of a result. Its values are appended to `chunks`, which may hold `room` bytes in all."""
    if type(value) is ndarray:
        return leaf("array", value, chunks, room)
    if isinstance(value, ndarray):  # of a subclass only the memory is read; its methods are not called
        return leaf("array", view(value, ndarray), chunks, room)
    if isinstance(value, generic):
        return leaf("scalar", as_array(value), chunks, room)
    if isinstance(value, (bool, int, float)):
        try:
            return leaf("number", as_array(value), chunks, room)
        except NoArrayError:
            return leaf("number", as_array(float(value)), chunks, room)
    if isinstance(value, (list, tuple)):
        kind = "list" if isinstance(value, list) else "tuple"
        if only_numbers(value):
            try:
                array = as_array(value)
            except ValueError:  # several results of several shapes, or rows of several lengths
                if kind == "list":
                    raise NoArrayError("ragged list") from None
            else:
                if array.size > NUMBERS:
                    raise NoArrayError(f"{kind} of {array.size} numbers")
                return leaf(kind, array, chunks, room)
        if not depth or len(value) > ITEMS:
            raise NoArrayError(f"{kind} of {len(value)} items, nested too deeply or too many")
        return (kind, tuple([part(item, chunks, room, depth - 1) for item in value]))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [getattr(value, field.name) for field in dataclasses.fields(value)]
        return convert(tuple(fields), chunks, room, depth)
    raise NoArrayError("None" if value is None else type(value).__name__)


def part(item: Any, chunks: list[bytes], room: int, depth: int) -> Tree:
    """One of several results. Where it is not an array, the name of its type is sent in its place."""
    try:
        return convert(item, chunks, room, depth)
    except NoArrayError as problem:
        return ("other", str(problem)[:NAME])


def kind_of(result: Any) -> str:
    """The name of a result's type: "tuple" for a named tuple and a dataclass, too, which are as good as one."""
    if type(result) in NO_RECORDS:
        return type(result).__name__
    if isinstance(result, tuple) or (dataclasses.is_dataclass(result) and not isinstance(result, type)):
        return "tuple"
    return type(result).__name__[:NAME]


@functools.lru_cache(maxsize=1000)  # most calls of a function return the same kind of thing
def returned(tree: Tree, kind: str, changed: tuple[int, ...], size: int) -> bytes:
    """The record of an answer up to its values.

    changed: the arguments that the call wrote to.    size: bytes of the values.
    """
    outcome = {"returned": tree, "type": kind}
    return begin_frame(to_json({**outcome, "changed": changed} if changed else outcome).encode(), size)


def answered(
    function: Callable[..., Any],
    case: Case,
    payload: bytes,
    room: int,
    described: Callable[[BaseException], dict[str, Any]],
) -> bytes:
    """The record of one call. What np.seterr does in it ends with it.

    room: bytes that it may have.    described: what to say of an exception.
    """
    arguments = build(case, payload)
    chunks: list[bytes] = []
    try:
        result = copy_context().run(function, *arguments)
        tree = convert(result, chunks, room)
        values = b"".join(chunks)
        return returned(tree, kind_of(result), changed(arguments, case, payload), len(values)) + values
    except BaseException as problem:
        return frame({**described(problem), "changed": changed(arguments, case, payload)})
