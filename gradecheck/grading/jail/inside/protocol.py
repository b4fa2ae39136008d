"""What the marker and a worker say to each other: frames, their caps, and the cases of a function in one frame.

A frame is two lengths, a JSON header and raw bytes: `<IQ`, header, arrays one after the other.

    to the worker      {"load": [source of a cell, ...], "seconds": for all of them, "seed": of random numbers,
                       "file": its name, "files": [[path, bytes], ...], "adapter": its source, or ""}, and the contents
                       of these files
                       {"call": name, "serial": n, "replaced": [name, ...], "seed": of random numbers, "anew": whether
                       every case begins with that seed, or only the first, "record": whether to call the first case
                       once and tell what the adapter calls}, then the frame of a `Cases`
                       the same with "attempts": [[[cell, file or "", changed statement], ...], ...], and for each of
                       them "seconds", and "room": bytes of an answer
    on its pipe        {"ready"}, {"loaded"}, {"done": n} and, for replaced functions, {"ask": name, "names": of the
                       parameters that its arguments are bound to}
    in its answer file one frame a call, in order, for one attempt after the other; unpacking.py reads them

Nothing is ever unpickled. Arrays are named by dtype and shape out of a short list, and rebuilt as ndarrays.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .packing import Argument, pack_arguments

FRAME = struct.Struct("<IQ")
HEADER = 1 << 21  # bytes of a header from a worker: the longest honest one describes a notebook where nothing runs
ADAPTER = -1  # its number among the cells
# A worker keeps to these caps; the marker holds it to them.
PROBLEMS, NAME, TEXT, LINES = 200, 100, 1000, 10
ITEMS, NUMBERS = 1000, 10**6  # of a list or tuple; in one

to_json = json.JSONEncoder(separators=(",", ":")).encode


class ProtocolError(Exception):
    """What the worker sent is not a frame of this protocol."""


def frame(message: Mapping[str, Any], payload: bytes = b"") -> bytes:
    return begin_frame(to_json(message).encode(), len(payload)) + payload


def begin_frame(header: bytes, size: int) -> bytes:
    """A frame up to its payload, which has so many bytes."""
    return FRAME.pack(len(header), size) + header


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
        """The cases to call, in `order`: each once without it. Name a case twice to see whether state is kept.

        An array keeps its layout (C, F, any strides) and its read-only flag; every call gets fresh memory.
        Raises TypeError for an argument that is neither a number nor an array of numbers.
        """
        header, payload = pack_arguments(cases)
        indices = list(range(len(cases))) if order is None else [int(i) for i in order]
        return cls(frame({"cases": header, "order": indices}, payload), len(indices))
