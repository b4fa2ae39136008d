"""What the marker and a worker say to each other: frames, and the arguments packed into them.

A frame is two lengths, a JSON header and raw bytes: `<IQ`, header, arrays one after the other.

    to the worker      {"load": [source of a cell, ...], "seconds": for all of them, "seed": of random numbers,
                       "file": its name, "files": [[path, bytes], ...], "adapter": its source, or ""}, and what these
                       files hold
                       {"call": name, "serial": n, "replaced": [name, ...], "seed": of random numbers, "anew": whether
                       every case begins with that seed, and not the first alone, "record": whether the first case is
                       called once, to be told what an adapter calls}, then the frame of a `Cases`
    on its pipe        {"ready"}, {"loaded"}, {"done": n} and, for replaced functions, {"ask": name, "names": of the
                       parameters that its arguments are bound to}
    in its answer file one frame a call, in order; answers.py reads them

Nothing is ever unpickled. Arrays are named by dtype and shape out of a short list, and rebuilt as ndarrays.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FRAME = struct.Struct("<IQ")
HEADER = 1 << 21  # bytes of a header from a worker: the longest honest one tells of a notebook where nothing runs
INTEGERS = tuple(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))
DTYPES = ("float32", "float64", "bool", *INTEGERS)
Argument = NDArray[Any] | np.generic | float
"""What a call takes: ndarrays, Python numbers, or NumPy scalars (which arrive as 0-d arrays)."""


class ProtocolError(Exception):
    """What the worker sent is no frame of this protocol."""


def frame(message: Mapping[str, Any], payload: bytes = b"") -> bytes:
    header = json.dumps(message, separators=(",", ":")).encode()
    return FRAME.pack(len(header), len(payload)) + header + payload


def split(data: bytes | bytearray, start: int, room: int) -> tuple[bytes, bytes, int] | None:
    """Header, payload and end of the frame that begins at `start`; None while it is not all there.

    Raises ProtocolError for a frame longer than any that is allowed, before a byte of it is kept.
    """
    if len(data) - start < FRAME.size:
        return None
    header, payload = FRAME.unpack_from(data, start)
    if header > HEADER or payload > room:
        raise ProtocolError
    middle = start + FRAME.size + header
    end = middle + payload
    if len(data) < end:
        return None
    return bytes(data[middle - header : middle]), bytes(data[middle:end]), end


@dataclass(frozen=True)
class Cases:
    """The arguments of many calls, packed once and sent to any number of workers; `count` answers come back."""

    frame: bytes
    count: int

    @classmethod
    def pack(cls, cases: Sequence[Sequence[Argument]], order: Sequence[int] | None = None) -> Cases:
        """The cases to call, in `order` (each once without it; name one twice to see whether state is kept).

        Layout (C, F, any strides) and the read-only flag of an array are kept; every call gets fresh memory.
        Raises TypeError for an argument that is neither a number nor an array of numbers.
        """
        header, payload = pack_arguments(cases)
        indices = list(range(len(cases))) if order is None else [int(i) for i in order]
        return cls(frame({"cases": header, "order": indices}, payload), len(indices))


def pack_arguments(cases: Sequence[Sequence[Argument]]) -> tuple[list[list[Any]], bytes]:
    """Every case as a list of numbers and of [dtype, shape, offset, layout, writeable], and the bytes."""
    chunks: list[bytes] = []
    packed: list[list[Any]] = []
    size = 0
    for case in cases:
        specs: list[Any] = []
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
            chunks.append(bytes(-array.nbytes % 16))  # a read-only argument is not copied: it must be aligned
            size += len(chunks[-2]) + len(chunks[-1])
        packed.append(specs)
    return packed, b"".join(chunks)


def _layout(array: NDArray[Any]) -> tuple[tuple[int, ...], int, int] | None:
    """Strides, offset of the first element and bytes from the lowest to the highest; None for plain C order."""
    if array.flags.c_contiguous:
        return None
    reach = [(n - 1) * stride for n, stride in zip(array.shape, array.strides, strict=True)]
    return array.strides, -sum(r for r in reach if r < 0), sum(map(abs, reach)) + array.itemsize
