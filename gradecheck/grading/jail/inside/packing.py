"""The arguments of calls as bytes: packed by the marker, and built anew by a worker for every call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Bound once: a submission that patches NumPy by accident is still read rightly.
ndarray, tobytes = np.ndarray, np.ndarray.tobytes

DTYPES = {np.dtype(code).name: np.dtype(code) for code in "?bBhHiIlLfd"}
"""The dtypes of arrays that travel, by name."""

ALIGNED = 16
"""Every array begins at a multiple of so many bytes: a read-only argument is not copied."""

Argument = NDArray[Any] | np.generic | float
"""An argument of a call: an ndarray, a Python number, or a NumPy scalar (which arrives as a 0-d array)."""

Layout = tuple[Sequence[int], int, int]
"""Strides, offset of the first element, and bytes from the lowest to the highest: of an array not in plain C order."""

Case = list[Any]
"""The arguments of a call: numbers, and for every array [dtype, shape, offset of its values among the bytes, layout,
whether it may be written to]. Plain lists as JSON has them, as a file has thousands.
"""


def pack_arguments(cases: Sequence[Sequence[Argument]]) -> tuple[list[Case], bytes]:
    """Every case, and the bytes."""
    chunks: list[bytes] = []
    packed: list[Case] = []
    size = 0
    for case in cases:
        specs: Case = []
        for argument in case:
            if type(argument) in (bool, int, float):
                specs.append(argument)
                continue
            array = np.asarray(argument)
            if array.dtype.name not in DTYPES:
                msg = f"Cases.pack: an argument is a {type(argument).__name__} of {array.dtype}, but should be numbers"
                raise TypeError(msg)
            specs.append([array.dtype.name, array.shape, size, _layout(array), array.flags.writeable])
            chunks.append(array.tobytes())
            chunks.append(bytes(-array.nbytes % ALIGNED))
            size += len(chunks[-2]) + len(chunks[-1])
        packed.append(specs)
    return packed, b"".join(chunks)


def _layout(array: NDArray[Any]) -> Layout | None:
    if array.flags.c_contiguous:
        return None
    reach = [(n - 1) * stride for n, stride in zip(array.shape, array.strides, strict=True)]
    return array.strides, -sum(r for r in reach if r < 0), sum(map(abs, reach)) + array.itemsize


def build(case: Case, payload: bytes) -> list[Any]:
    """The arguments of one call. An array that may be written to has memory of its own."""
    arguments = []
    for spec in case:
        if type(spec) is not list:
            arguments.append(spec)
            continue
        name, shape, offset, layout, writeable = spec
        array: Any = ndarray(shape, DTYPES[name], payload, offset)
        if layout is not None:
            strides, start, extent = layout
            sent, array = array, ndarray(shape, DTYPES[name], bytearray(extent), start, strides)
            array[...] = sent
            array.flags.writeable = writeable
        elif writeable:  # `payload` is read-only for good: nothing to copy for a read-only argument
            array = array.copy()
        arguments.append(array)
    return arguments


def changed(arguments: list[Any], case: Case, payload: bytes) -> tuple[int, ...]:
    """Which arguments the call changed: content, shape or dtype."""
    found: tuple[int, ...] = ()
    for i, spec in enumerate(case):
        if type(spec) is list:
            now = arguments[i]
            same = payload.startswith(tobytes(now), spec[2])
            if not same or list(now.shape) != spec[1] or now.dtype != DTYPES[spec[0]]:
                found += (i,)
    return found
