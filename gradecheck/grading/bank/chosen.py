"""Some of the calls that a bank has packed, without computing anything anew."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from math import prod
from typing import Any

from gradecheck.grading.jail.inside.packing import ALIGNED, DTYPES
from gradecheck.grading.jail.inside.protocol import Cases, frame, split

DTYPE, SHAPE, OFFSET, WRITEABLE = 0, 1, 2, 4  # indices in an argument's description


@lru_cache(maxsize=32)
def parts(packed: bytes) -> tuple[dict[str, Any], bytes]:
    """The header of a packed frame, and the bytes of its arrays."""
    found = split(packed, 0, len(packed))
    assert found is not None
    return json.loads(found[0]), found[1]


def chosen(packed: bytes, cases: Sequence[int], writeable: bool = False) -> Cases:
    """The calls of these cases, in this order, with no bytes of others.    writeable: arguments may be written to."""
    header, payload = parts(packed)
    places = {int(case): place for place, case in enumerate(dict.fromkeys(cases))}
    chunks: list[bytes] = []
    size = 0
    wanted: list[list[Any]] = []
    for case in places:
        arguments: list[Any] = []
        for argument in header["cases"][case]:
            if isinstance(argument, list):
                start, moved = argument[OFFSET], argument.copy()
                length = prod(argument[SHAPE]) * DTYPES[argument[DTYPE]].itemsize
                chunks.append(payload[start : start + length + -length % ALIGNED])
                moved[OFFSET], moved[WRITEABLE] = size, moved[WRITEABLE] or writeable
                size += len(chunks[-1])
                argument = moved
            arguments.append(argument)
        wanted.append(arguments)
    order = [places[int(case)] for case in cases]
    return Cases(frame({"cases": wanted, "order": order}, b"".join(chunks)), len(order))
